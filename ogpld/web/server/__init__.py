"""How requests come in: the HTTP server, what is answered from memory, WSGI for tests."""
