//! What the module may call: ordinary Rust functions that were only annotated.

use futures::{executor::ThreadPool, task::SpawnExt};
use isolock::prelude::*;
use sha2::{Digest, Sha256};
use std::{
    error::Error,
    fmt, fs, io,
    path::{Path, PathBuf},
    string::FromUtf8Error,
    sync::mpsc::Sender,
};

/// A line of the result table.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) score: f64,
    pub(crate) details: String,
}

impl Portable for Row {}

/// Reads a file. While it waits, its isolate runs other turns.
#[isolate_fn(name = "readText")]
pub(crate) async fn read_text(#[capture] files: Files, path: String) -> Result<String, ReadError> {
    files.read(path.into()).await
}

/// The digest of a text, in hex.
#[isolate_fn]
pub(crate) fn sha256(text: String) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Adds a row to the result.
#[isolate_fn]
pub(crate) fn emit(#[capture] rows: &Sender<Row>, name: String, score: f64, details: Option<String>) {
    // The receiver lives until all isolates are shut down; a row that comes later is not asked for.
    drop(rows.send(Row { name, score, details: details.unwrap_or_default() }));
}

/// Reads files on threads that do nothing else.
///
/// A plain `std::fs::read` in the asynchronous function would not hold the isolate's lock either, but it would block the
/// thread that polls the function: one of the runtime's few, and on the pinned home the only thread of the isolate.
#[derive(Clone)]
pub(crate) struct Files {
    threads: ThreadPool,
    root: PathBuf,
}

impl Portable for Files {}

impl Files {
    /// Relative paths are looked for in `root`.
    pub(crate) fn new(root: &Path, threads: usize) -> io::Result<Self> {
        let threads = ThreadPool::builder().pool_size(threads).name_prefix("files-").create()?;
        Ok(Self { threads, root: root.to_owned() })
    }

    async fn read(self, path: PathBuf) -> Result<String, ReadError> {
        let full = self.root.join(&path);
        let bytes = self.threads.spawn_with_handle(async move { fs::read(full) });
        let bytes = match bytes {
            Ok(bytes) => bytes.await,
            Err(shut_down) => Err(io::Error::other(shut_down)),
        };
        let text = bytes.map_err(Why::Io).and_then(|bytes| String::from_utf8(bytes).map_err(Why::NotUtf8));
        text.map_err(|why| ReadError { path, why })
    }
}

/// A file could not be read. JS sees an `Error` with this message, and the reason as its `cause`.
#[derive(Debug)]
pub(crate) struct ReadError {
    path: PathBuf,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Io(io::Error),
    NotUtf8(FromUtf8Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Io(_) => write!(f, "can't read {}", self.path.display()),
            Why::NotUtf8(_) => write!(f, "{} is not UTF-8 text", self.path.display()),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Why::Io(error) => Some(error),
            Why::NotUtf8(error) => Some(error),
        }
    }
}
