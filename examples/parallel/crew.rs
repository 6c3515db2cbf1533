//! The isolates, and how they share the files.

use crate::{
    host::{Files, Row, emit, read_text, sha256},
    options::Options,
    stop::Stop,
};
use futures::executor::block_on;
use isolock::{prelude::*, v8};
use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError, mpsc::Sender},
    thread,
};

/// An isolate with its context, and its own instance of the module.
pub(crate) struct Member {
    pub(crate) isolate: Isolate,
    context: IoContext,
    module: JsRoot<v8::Object>,
}

/// A module, not yet compiled.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Member {
    /// Makes the isolate and evaluates the module in it.
    pub(crate) fn new(
        runtime: &Runtime,
        options: &Options,
        source: &Source,
        host: (Files, Sender<Row>),
        stop: &Stop,
    ) -> Result<Self, RunError> {
        let home = if options.pinned { Home::Pinned } else { Home::Shared };
        let mut wanted = IsolateOptions::new().home(home);
        if let Some(limit) = options.turn_limit {
            wanted = wanted.turn_limit(limit);
        }
        let isolate = runtime.isolate(wanted)?;
        let context = block_on(
            isolate
                .context(ContextOptions::new().name(&source.name))
                .setup(host, |lock, (files, rows)| lock.install((read_text { files }, sha256 {}, emit { rows }))),
        )?;
        stop.add(&context);
        let module = block_on(context.load_module(&source.name, &source.text))?;
        Ok(Self { isolate, context, module })
    }

    /// Calls the module with one file after another, until there are none.
    fn work(&self, queue: &Queue, stop: &Stop) -> Worked {
        let mut worked = Worked::default();
        while !stop.asked()
            && let Some(file) = queue.take()
        {
            let path = file.to_string_lossy().into_owned();
            // The module returns what it likes; `()` takes anything.
            let done: Result<(), RunError> = block_on(self.context.call(&self.module, "default", (path,)));
            match done {
                Ok(()) => worked.done += 1,
                // Not the file's fault: its call was ended because the user wants to stop.
                Err(_) if stop.asked() => worked.unfinished += 1,
                Err(error) => worked.failed.push((file, error)),
            }
        }
        worked
    }
}

/// What one isolate did.
#[derive(Default)]
pub(crate) struct Worked {
    pub(crate) done: usize,
    pub(crate) unfinished: usize,
    pub(crate) failed: Vec<(PathBuf, RunError)>,
}

/// The files that nobody has taken yet. Isolates take one when they are free, so a long file delays nobody else.
struct Queue(Mutex<VecDeque<PathBuf>>);

impl Queue {
    fn take(&self) -> Option<PathBuf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Has all members work until the files are used up or the user wants to stop. One thread each: on the shared home turns
/// run on the thread that polls for them, so this is what lets isolates run in parallel. What a file's promise waits for
/// wakes a thread of the runtime, which runs the rest of the call.
pub(crate) fn work(members: &[Member], files: Vec<PathBuf>, stop: &Stop) -> io::Result<(Vec<Worked>, usize)> {
    let queue = Queue(Mutex::new(files.into()));
    let worked = thread::scope(|scope| {
        let start = |member| {
            let queue = &queue;
            thread::Builder::new().name("worker".into()).spawn_scoped(scope, move || Member::work(member, queue, stop))
        };
        let workers: Vec<_> = members.iter().map(start).collect::<io::Result<_>>()?;
        let join = |worker: thread::ScopedJoinHandle<'_, Worked>| {
            worker.join().map_err(|_| io::Error::other("a worker panicked"))
        };
        workers.into_iter().map(join).collect::<io::Result<Vec<_>>>()
    })?;
    let left = queue.0.into_inner().unwrap_or_else(PoisonError::into_inner).len();
    Ok((worked, left))
}
