-- The words of a path or a name, as a search asks for them: its parts, whatever stands between them. Bytes that are no
-- text are spelled out first, so that no name can make it fail.
CREATE FUNCTION "place_words"(place bytea) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
  AS $$
    SELECT to_tsvector('simple'::regconfig, lower(regexp_replace(
      regexp_replace(encode(place, 'escape'), '([a-z0-9])([A-Z])', '\1 \2', 'g'), '[^A-Za-z0-9]+', ' ', 'g')))
  $$;
CREATE INDEX "repository_file_words" ON "repository_file" USING gin (place_words("path"));
