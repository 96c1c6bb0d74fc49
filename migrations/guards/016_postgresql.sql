-- The proof of a consent is neither changed nor deleted, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE TRIGGER consent_proofs_no_update BEFORE UPDATE ON consent_proofs FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER consent_proofs_no_delete BEFORE DELETE ON consent_proofs FOR EACH ROW EXECUTE FUNCTION append_only()
--;
CREATE TRIGGER consent_proofs_no_truncate BEFORE TRUNCATE ON consent_proofs FOR EACH STATEMENT EXECUTE FUNCTION append_only()
