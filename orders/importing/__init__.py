"""Importing facts from files: mappings say what is where, PostgreSQL joins and upserts in sets.

`reading` turns files into typed rows or rejects, `staging` puts them into temporary tables and checks them against each
other, `landing` upserts them in chunks that commit on their own, `runs` remembers how far an import is.
"""

from orders.importing.errors import ImportFailed
from orders.importing.service import Result, import_facts

__all__ = ["ImportFailed", "Result", "import_facts"]
