-- Papers that take a number of their own take the next one, on SQLite. Statements are separated by lines that hold only "--;".
CREATE TRIGGER issued_papers_gapless BEFORE INSERT ON issued_papers WHEN NEW.series IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'issued_papers_gapless') WHERE NEW.version = 1 AND NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM issued_papers WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year), 0);
  SELECT RAISE(ABORT, 'issued_papers_gapless') WHERE NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM issued_papers WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year AND number = NEW.number AND version = NEW.version - 1);
END
