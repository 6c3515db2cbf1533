//! An affine SQLite connection, used through handles from other threads.
//!
//! `rusqlite::Connection` is `Send` and not `Sync`: it may move with the turns of its context, and only one may use it at
//! a time. The context sees to both.

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;
use rusqlite::{Connection, OptionalExtension, params};
use std::{fmt, thread};

#[thread_affine(owner = context)]
struct Notes {
    own_conn: Connection,
    queries: u64,
}

#[derive(Debug)]
enum NotesError {
    Sqlite(String),
    Run(RunError),
}

impl Portable for NotesError {}

impl fmt::Display for NotesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(text) => f.write_str(text),
            Self::Run(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NotesError {}

impl From<rusqlite::Error> for NotesError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.to_string())
    }
}

impl From<RunError> for NotesError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

#[thread_affine]
impl Notes {
    #[isolate_fn]
    fn open_in_memory() -> Result<Self, NotesError> {
        Self::make(":memory:")
    }

    /// What may take its time is done outside of turns.
    #[isolate_fn]
    async fn open(ev: Event, path: String) -> Result<NotesHandle, NotesError> {
        let opened = thread::spawn(move || Self::make(&path)).join();
        Ok(ev.own(opened.map_err(|_| RunError::Refused("no thread"))??).await?)
    }

    fn make(path: &str) -> Result<Self, NotesError> {
        let own_conn = Connection::open(path)?;
        own_conn.execute_batch("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)")?;
        Ok(Self { own_conn, queries: 0 })
    }

    #[isolate_fn]
    fn add(&mut self, text: &str) -> Result<i64, NotesError> {
        self.queries += 1;
        self.own_conn.execute("INSERT INTO notes (text) VALUES (?)", [text])?;
        Ok(self.own_conn.last_insert_rowid())
    }

    #[isolate_fn]
    fn get(&mut self, id: i64) -> Result<Option<String>, NotesError> {
        self.queries += 1;
        Ok(self.own_conn.query_row("SELECT text FROM notes WHERE id = ?", [id], |row| row.get(0)).optional()?)
    }

    /// All or none of them.
    #[isolate_fn]
    fn add_all(&mut self, texts: &[String]) -> Result<usize, NotesError> {
        let transaction = self.own_conn.transaction()?;
        for text in texts {
            transaction.execute("INSERT INTO notes (text) VALUES (?)", params![text])?;
        }
        transaction.commit()?;
        Ok(texts.len())
    }

    #[isolate_fn]
    fn count(&self) -> Result<u32, NotesError> {
        Ok(self.own_conn.query_row("SELECT count(*) FROM notes", [], |row| row.get(0))?)
    }

    #[isolate_fn]
    fn close(self) -> Result<u64, NotesError> {
        self.own_conn.close().map_err(|(_, error)| error)?;
        Ok(self.queries)
    }
}

#[isolate_fn]
async fn add_note(#[capture] notes: NotesHandle, text: String) -> Result<f64, NotesError> {
    Ok(notes.add(text).await? as f64)
}

#[isolate_fn]
fn note(lock: &mut Lock<'_>, #[capture] notes: &NotesHandle, id: f64) -> Result<Option<String>, NotesError> {
    notes.with_mut(lock, |notes, _lock| notes.get(id as i64))?
}

#[test]
fn a_connection_is_used_through_handles_of_other_threads() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let notes = block_on(NotesHandle::open_in_memory(&ctx)).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let notes = notes.clone();
                thread::spawn(move || {
                    block_on(async {
                        let id = notes.add(format!("note {n}")).await?;
                        notes.get(id).await
                    })
                })
            })
            .collect();
        for (n, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap().unwrap(), Some(format!("note {n}")));
        }
        assert_eq!(block_on(notes.get(99)).unwrap(), None);
        // SQLite's own errors come through the same `?`.
        let failed = block_on(notes.add("note 1".to_owned()));
        assert!(matches!(&failed, Err(NotesError::Sqlite(text)) if text.contains("UNIQUE")), "{failed:?}");
        let all = ["a", "b", "note 2"].map(str::to_owned).to_vec();
        assert!(block_on(notes.add_all(all)).is_err());
        assert_eq!(block_on(notes.count()).unwrap(), 4);
        assert_eq!(block_on(notes.close()).unwrap(), 10);
        assert!(matches!(block_on(notes.count()), Err(NotesError::Run(RunError::Gone(_)))));
    });
}

#[test]
fn js_reaches_the_connection_through_the_same_handle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let notes = block_on(NotesHandle::open_in_memory(&ctx)).unwrap();
        let bind = |lock: &mut Lock<'_>, (notes,): (NotesHandle,)| {
            lock.install((add_note { notes: notes.clone() }, note { notes }))
        };
        block_on(ctx.try_run((notes.clone(),), bind)).unwrap();
        assert_eq!(text(&ctx, "addNote('hello').then(id => note(id) + note(77))"), "helloundefined");
        let error = threw(block_on(ctx.eval::<f64>("addNote('hello')")));
        assert!(error.message.contains("UNIQUE"), "{error}");
        // What JS wrote, another thread reads.
        let other = notes.clone();
        assert_eq!(thread::spawn(move || block_on(other.get(1))).join().unwrap().unwrap().as_deref(), Some("hello"));
        ctx.close();
        assert!(matches!(block_on(notes.count()), Err(NotesError::Run(RunError::Gone(_)))));
    });
}

#[test]
fn a_connection_made_outside_of_turns_is_given_to_its_context() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let opened = block_on(NotesHandle::open(&ctx, ":memory:".to_owned())).unwrap();
        assert_eq!(block_on(opened.add("a".to_owned())).unwrap(), 1);
        let line = line!() + 1;
        let notes = block_on(ctx.own(Notes::make(":memory:").unwrap())).unwrap();
        assert_at(notes.made(), file!(), line);
        assert_eq!(block_on(notes.count()).unwrap(), 0);
        let given = block_on(ctx.downgrade().own(Notes::make(":memory:").unwrap())).unwrap();
        ctx.close();
        assert!(!given.is_alive());
        gone(block_on(ctx.own(Notes::make(":memory:").unwrap())));
    });
}
