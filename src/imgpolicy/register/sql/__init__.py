"""The database; the only place, with the migrations, that knows SQL."""
