"""A PostgreSQL for the tests that need one."""

from tests.store.conftest import bases, postgres  # noqa: F401 - fixtures
