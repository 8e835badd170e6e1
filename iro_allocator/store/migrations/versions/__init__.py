"""One module for each revision; once released it is never changed."""
