"""What several tests share: sites, servers, readers, oracles. No test module imports another one."""
