"""`/doc/{class}`: the things of a class, page by page, filtered by what the model says of them."""
