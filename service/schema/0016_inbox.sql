-- stage: items
-- Search over years of items in several languages; who looks after an item and what is noted on it;
-- and what editors did, so that it can be undone.

-- One spelling for all: no case, no accents, ä as ae as a, ß as ss; everything that is no word is a
-- gap, so that «Nothilfe-Sozialhilfe» and «Asyl/Nothilfe» are two words each. The search folds what
-- was typed in the same way (service/items/searching.py).
create function search_words(said text) returns text
language sql immutable parallel safe
return regexp_replace(
    replace(replace(replace(replace(replace(replace(replace(
        translate(
            lower(normalize(said, NFKD)),
            'АБВГҐДЕЄЖЗИІКЛМНОПРСТУФХЦЧШЩЬЮЯЪЫЭ'
                || U&'\0300\0301\0302\0303\0306\0307\0308\030A\030B\030C\0323\0327\0328\00AD',
            'абвгґдеєжзиіклмнопрстуфхцчшщьюяъыэ'
        ),
    'ß', 'ss'), 'ẞ', 'ss'), 'œ', 'o'), 'Œ', 'o'), 'ae', 'a'), 'oe', 'o'), 'ue', 'u'),
    '[^a-z0-9\u0080-\U0010FFFF]|[\u0080-\u00BF\u2000-\u206F\u20A0-\u20CF\u2190-\u2BFF\u3000-\u303F]', ' ', 'g'
);

alter table item drop column search;
alter table item add column search tsvector generated always as (to_tsvector(
    'simple',
    left(search_words(left(title, 2000) || ' ' || left(lead, 20000) || ' ' || left(text, 100000)), 200000)
)) stored;
-- A search reads many of them: kept as they are, for they hardly shrink.
alter table item alter column search set storage external;
create index item_search on item using gin (search);
create index item_of_source_by_time on item (source_id, shown_at desc, id desc);

-- Every longer word that any item has, with its ends, so that a word inside others is found too:
-- sozialhilfe in Bundessozialhilfe. A row holds no key to item; a word stays when its items go.
create table search_word (
    word text primary key,
    ends tsvector not null
);
create index search_word_ends on search_word using gin (ends);
insert into search_word (word, ends)
select word, array_to_tsvector(array(select substr(word, n) from generate_series(2, length(word) - 3) n))
from (select word, count(*) as items
      from (select unnest(tsvector_to_array(search)) as word from item) said
      group by word) known
where length(word) between 5 and 60
order by items desc, word;

-- Who looks after an item, and what colleagues noted on it for each other.
alter table item add column assigned_to bigint references editor (id);
create index item_assigned on item (assigned_to, shown_at desc, id desc) where assigned_to is not null;

create table item_note (
    id bigint generated always as identity primary key,
    item_id bigint not null references item (id) on delete cascade,
    editor_id bigint references editor (id),
    at timestamptz not null,
    text text not null constraint item_note_given check (text <> '')
);
create index item_note_of_item on item_note (item_id, id);

-- What an editor did to items and how they stood before, until it is undone or a month has passed;
-- `blocks` and `edition_id` are what a pick made (they hold no key: that stage comes after).
create type item_act as enum ('pick', 'discard', 'restore', 'snooze', 'wake', 'seen', 'assign', 'file');
create table item_deed (
    id bigint generated always as identity primary key,
    editor_id bigint not null references editor (id),
    at timestamptz not null,
    act item_act not null,
    title text not null,
    items integer not null,
    before jsonb not null,
    edition_id bigint,
    blocks bigint[] not null default '{}',
    undone_at timestamptz
);
create index item_deed_of_editor on item_deed (editor_id, id desc) where undone_at is null;
create index item_deed_by_time on item_deed (at);
