-- The proof of a consent is neither changed nor deleted, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER consent_proofs_no_update BEFORE UPDATE ON consent_proofs
BEGIN
  SELECT RAISE(ABORT, 'consent_proofs_append_only');
END
--;
CREATE TRIGGER consent_proofs_no_delete BEFORE DELETE ON consent_proofs
BEGIN
  SELECT RAISE(ABORT, 'consent_proofs_append_only');
END
