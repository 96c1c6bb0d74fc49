-- Papers that take a number of their own take the next one, on PostgreSQL. Statements are separated by lines that hold only "--;".
CREATE FUNCTION issued_papers_gapless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version = 1 AND NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM issued_papers WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year), 0) THEN
    RAISE EXCEPTION 'issued_papers_gapless'; END IF;
  IF NEW.version > 1 AND NOT EXISTS (SELECT 1 FROM issued_papers WHERE unit_id = NEW.unit_id AND series = NEW.series AND year = NEW.year AND number = NEW.number AND version = NEW.version - 1) THEN
    RAISE EXCEPTION 'issued_papers_gapless'; END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER issued_papers_gapless BEFORE INSERT ON issued_papers FOR EACH ROW WHEN (NEW.series IS NOT NULL) EXECUTE FUNCTION issued_papers_gapless()
