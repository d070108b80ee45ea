-- stage: outbox
-- Room for both changes of every message of a page, so that hardly any leaves it: with 60 three in
-- twenty did, and wrote into every index.

alter table message set (fillfactor = 45);
