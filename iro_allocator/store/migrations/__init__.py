"""The schema's own history, run by Alembic when an older database is opened."""
