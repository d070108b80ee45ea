-- stage: sources
-- Who asks a source holds its host (held_until); a lease of the source besides says nothing more.

alter table source drop column lease_until;
