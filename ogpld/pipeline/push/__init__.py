"""Load a release into remote stores: graphs first, the pointer last (`ogpld.stores.remote`)."""
