"""The office, for every test of approvals."""

from tests.approvals.office import ben_nang, cau_may, office

__all__ = ["ben_nang", "cau_may", "office"]
