//! Affine types, their handles and methods (R5, and what follows from it).

use crate::support::*;
use futures::channel::oneshot;
use isolock::{AtHome, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    env,
    fs::{self, File},
    io::Write,
    net::{TcpListener, TcpStream},
    num::ParseIntError,
    process,
    rc::Rc,
    sync::{Arc, Mutex},
};

/// A file of this test's own.
fn scratch(name: &str) -> String {
    env::temp_dir().join(format!("isolock-{}-{name}", process::id())).to_string_lossy().into_owned()
}

#[test]
fn r5_affine_without_owner() {
    #[thread_affine(owner = context)]
    struct AuditLog {
        own_file: File,
        lines: u64,
    }

    #[thread_affine]
    impl AuditLog {
        #[isolate_fn]
        fn write(&mut self, line: &str) -> u64 {
            self.lines += u64::from(writeln!(self.own_file, "{line}").is_ok());
            self.lines
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let path = scratch("without-owner");
        let log = block_on(ctx.run((path.clone(),), |lock, (path,)| {
            lock.own(AuditLog { own_file: File::create(path).unwrap(), lines: 0 })
        }));
        assert_eq!(block_on(log.unwrap().write("begun".to_owned())).unwrap(), 1);
        assert_eq!(fs::read_to_string(&path).unwrap(), "begun\n");
        fs::remove_file(path).unwrap();
    });
}

#[test]
fn r5_affine_owner_unknown() {
    #[thread_affine(owner = isolate)]
    struct AuditLog {
        own_file: File,
    }

    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (isolock_tests::context(&isolate), isolock_tests::context(&isolate));
        let path = scratch("owner-unknown");
        let log = block_on(
            first.run((path.clone(),), |lock, (path,)| lock.own(AuditLog { own_file: File::create(path).unwrap() })),
        )
        .unwrap();
        let write = |lock: &mut Lock<'_>, (log,): (AuditLogHandle,)| {
            log.with_mut(lock, |log, _lock| log.own_file.write(b"x").is_ok())
        };
        assert!(block_on(second.run((log,), write)).unwrap().unwrap());
        fs::remove_file(path).unwrap();
    });
}

#[test]
fn r5_affine_field_not_named_own() {
    struct Connection {
        stream: TcpStream,
        session: u64,
    }

    #[thread_affine(owner = context)]
    struct Cache {
        own_connection: Connection,
        hits: u64,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let cache = Cache { own_connection: Connection { stream, session: 7 }, hits: 1 };
        let cache = block_on(ctx.own(cache)).unwrap();
        let port = block_on(ctx.try_run((cache,), |lock, (cache,)| {
            cache.with(lock, |cache, _lock| {
                assert_eq!(cache.own_connection.session + cache.hits, 8);
                cache.own_connection.stream.peer_addr().unwrap().port()
            })
        }));
        assert_eq!(port.unwrap(), listener.local_addr().unwrap().port());
    });
}

#[test]
fn r5_affine_field_not_send() {
    #[thread_affine(owner = context)]
    struct Document {
        own_nodes: Arc<Mutex<Vec<String>>>,
    }

    /// Or it stays on its thread.
    #[thread_affine(owner = thread)]
    struct Tree {
        own_nodes: Rc<Vec<String>>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let nodes = block_on(ctx.run((), |lock, ()| {
            let document = lock.own(Document { own_nodes: Arc::default() });
            let tree = Homed::here(Tree { own_nodes: Rc::new(vec!["leaf".to_owned()]) });
            let leaves = tree.with(lock, |tree, _lock| tree.own_nodes.len()).unwrap();
            leaves + document.with(lock, |document, _lock| document.own_nodes.lock().unwrap().len()).unwrap()
        }));
        assert_eq!(nodes.unwrap(), 1);
    });
}

#[test]
fn r5_affine_exception_without_reason() {
    #[thread_affine(owner = context)]
    struct AuditLog {
        #[affine(reason = "the name is part of a format that others read")]
        file: Option<File>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let closed = block_on(ctx.run((), |lock, ()| {
            let log = lock.own(AuditLog { file: None });
            log.with(lock, |log, _lock| log.file.is_none()).unwrap()
        }));
        assert!(closed.unwrap());
    });
}

#[test]
fn r5_affine_marker_on_shared_home() {
    #[thread_affine(owner = thread)]
    struct Counter {
        home: AtHome,
        hits: u64,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let hits = block_on(ctx.run((), |lock, ()| {
            let counter = Homed::here(Counter { home: AtHome::new(), hits: 3 });
            counter.with(lock, |counter, _lock| counter.hits).unwrap()
        }));
        assert_eq!(hits.unwrap(), 3);
    });
}

/// What most of the cases are about.
#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn hits(&self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn reset(&mut self) {
        self.hits = 0;
    }

    #[isolate_fn]
    fn finish(self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn absorb(&mut self, lock: &mut Lock<'_>, other: CounterHandle) -> Result<u64, RunError> {
        self.hits += other.take(lock)?.hits;
        Ok(self.hits)
    }

    #[isolate_fn(nested)]
    fn add(&mut self, text: &str) -> Result<u64, ParseIntError> {
        self.hits += text.parse::<u64>()?;
        Ok(self.hits)
    }

    #[isolate_fn]
    async fn refresh(this: CounterHandle, ev: Event, source: String) -> Result<u64, RunError> {
        let hits = ev.run((source,), |_lock, (source,)| source.len() as u64).await?;
        ev.try_run((this, hits), |lock, (this, hits)| {
            this.with_mut(lock, |counter, _lock| {
                counter.hits = hits;
                hits
            })
        })
        .await
    }
}

mod methods {
    use super::{Counter, CounterHandle};
    use isolock::prelude::*;

    #[thread_affine]
    impl Counter {
        #[isolate_fn]
        pub(super) fn doubled(&self) -> u64 {
            self.hits * 2
        }
    }
}

fn counter(ctx: &IoContext, hits: u64) -> CounterHandle {
    block_on(ctx.run((hits,), |lock, (hits,)| lock.own(Counter { hits }))).expect("a counter")
}

#[test]
fn r5_affine_value_as_capture() {
    async fn count(ctx: &IoContext) -> Result<u64, RunError> {
        let counter = ctx.run((), |lock, ()| lock.own(Counter { hits: 4 })).await?;
        ctx.try_run((counter,), |lock, (counter,)| counter.with(lock, |counter, _lock| counter.hits)).await
    }
    on_both_homes(|world| assert_eq!(block_on(count(&world.context().1)).unwrap(), 4));
}

#[test]
fn r5_affine_value_as_argument() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (first, second) = (counter(&ctx, 2), counter(&ctx, 3));
        assert_eq!(block_on(first.absorb(second)).unwrap(), 5);
    });
}

#[test]
fn r5_affine_method_in_a_box() {
    on_both_homes(|world| assert_eq!(block_on(counter(&world.context().1, 5).finish()).unwrap(), 5));
}

#[test]
fn r5_affine_function_annotated() {
    #[thread_affine(owner = context)]
    struct Log {
        own_file: File,
    }

    #[thread_affine]
    impl Log {
        #[isolate_fn]
        fn open(path: String) -> Option<Self> {
            Some(Self { own_file: File::create(path).ok()? })
        }

        #[isolate_fn]
        fn is_empty(&self) -> bool {
            self.own_file.metadata().is_ok_and(|data| data.len() == 0)
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let path = scratch("function-annotated");
        let log = block_on(LogHandle::open(&ctx, path.clone())).unwrap().unwrap();
        assert!(block_on(log.is_empty()).unwrap());
        fs::remove_file(path).unwrap();
    });
}

#[test]
fn r5_affine_method_not_marked() {
    async fn start_over(counter: &CounterHandle) -> Result<(), RunError> {
        counter.reset().await
    }
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 6);
        block_on(start_over(&counter)).unwrap();
        assert_eq!(block_on(counter.hits()).unwrap(), 0);
    });
}

#[test]
fn r5_affine_handle_not_in_scope() {
    on_both_homes(|world| assert_eq!(block_on(counter(&world.context().1, 7).doubled()).unwrap(), 14));
}

#[test]
fn r3_affine_field_holds_context() {
    #[thread_affine(owner = context)]
    struct Scheduler {
        context: WeakIoContext,
        ticks: u64,
    }

    #[thread_affine]
    impl Scheduler {
        #[isolate_fn]
        fn start(lock: &mut Lock<'_>) -> Self {
            Self { context: lock.context(), ticks: 0 }
        }

        #[isolate_fn]
        fn tick(&mut self) -> u64 {
            self.ticks += 1;
            self.context.id() + self.ticks
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let scheduler = block_on(SchedulerHandle::start(&ctx)).unwrap();
        assert_eq!(block_on(scheduler.tick()).unwrap(), ctx.id() + 1);
        // The last strong handle ends it all.
        drop(ctx);
        gone(block_on(scheduler.tick()));
    });
}

#[test]
fn r7_affine_type_borrows() {
    #[thread_affine(owner = context)]
    struct Reader {
        bytes: Arc<[u8]>,
        position: usize,
    }

    #[thread_affine]
    impl Reader {
        #[isolate_fn]
        fn next(&mut self) -> Option<u8> {
            self.position += 1;
            self.bytes.get(self.position - 1).copied()
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let bytes: Arc<[u8]> = Arc::new([7, 8]);
        let reader = block_on(ctx.run((bytes,), |lock, (bytes,)| lock.own(Reader { bytes, position: 0 }))).unwrap();
        assert_eq!([(); 3].map(|()| block_on(reader.next()).unwrap()), [Some(7), Some(8), None]);
    });
}

#[test]
fn r7_affine_field_holds_local() {
    #[thread_affine(owner = context)]
    struct Listener {
        callback: JsRoot<v8::Value>,
        calls: u64,
    }

    #[thread_affine]
    impl Listener {
        #[isolate_fn]
        fn on(lock: &mut Lock<'_>, source: &str) -> Result<Self, RunError> {
            let callback = lock.eval(source)?;
            Ok(Self { callback: lock.root(callback), calls: 0 })
        }

        #[isolate_fn]
        fn show(&mut self, lock: &mut Lock<'_>) -> Result<String, RunError> {
            self.calls += 1;
            Ok(self.callback.get(lock)?.to_rust_string_lossy(lock))
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let listener = block_on(ListenerHandle::on(&ctx, "x => x".to_owned())).unwrap();
        assert_eq!(block_on(listener.show()).unwrap(), "x => x");
    });
}

#[test]
fn r7_affine_receiver_on_async_method() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 0);
        assert_eq!(block_on(counter.refresh("four".to_owned())).unwrap(), 4);
        assert_eq!(block_on(counter.hits()).unwrap(), 4);
    });
}

#[test]
fn r7_affine_lock_in_async_method() {
    #[thread_affine(owner = context)]
    struct Meter {
        hits: u64,
    }

    #[thread_affine]
    impl Meter {
        #[isolate_fn]
        async fn hits(this: MeterHandle, ev: Event) -> Result<u64, RunError> {
            ev.try_run((this,), |lock, (this,)| this.with(lock, |meter, _lock| meter.hits)).await
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let meter = block_on(ctx.run((), |lock, ()| lock.own(Meter { hits: 8 }))).unwrap();
        assert_eq!(block_on(meter.hits()).unwrap(), 8);
    });
}

/// The other one.
#[thread_affine(owner = context)]
#[derive(Default)]
struct Names {
    names: Vec<String>,
}

/// It says that it may cross.
struct Entry {
    name: String,
}

impl Portable for Entry {}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn first(&self) -> Option<String> {
        self.names.first().cloned()
    }

    #[isolate_fn]
    fn add_js(&mut self, lock: &mut Lock<'_>, name: &JsRoot<v8::String>) -> Result<(), RunError> {
        self.names.push(name.get(lock)?.to_rust_string_lossy(lock));
        Ok(())
    }

    #[isolate_fn]
    fn copy(&self, mut out: Vec<String>) -> Vec<String> {
        out.extend(self.names.iter().cloned());
        out
    }

    #[isolate_fn]
    fn add(&mut self, entry: Entry) {
        self.names.push(entry.name);
    }

    #[isolate_fn]
    fn add_with(&mut self, prefix: &str, name: &str) {
        self.names.push(format!("{prefix}{name}"));
    }
}

fn names(ctx: &IoContext) -> NamesHandle {
    block_on(ctx.run((), |lock, ()| lock.own(Names::default()))).expect("names")
}

#[test]
fn r7_affine_method_returns_reference() {
    on_both_homes(|world| assert_eq!(block_on(names(&world.context().1).first()).unwrap(), None));
}

#[test]
fn r7_affine_local_as_argument() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        let name = block_on(ctx.try_run((), |lock, ()| {
            let name = v8::String::new(lock, "ada").ok_or(RunError::Refused("out of memory"))?;
            Ok::<_, RunError>(lock.root(name))
        }));
        block_on(names.add_js(name.unwrap())).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "ada");
    });
}

#[test]
fn r2_affine_argument_lent_mutably() {
    on_both_homes(|world| {
        let out = block_on(names(&world.context().1).copy(vec!["kept".to_owned()]));
        assert_eq!(out.unwrap(), ["kept"]);
    });
}

#[test]
fn r2_affine_argument_not_portable() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        block_on(names.add(Entry { name: "grace".to_owned() })).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "grace");
    });
}

#[test]
fn r2_affine_capture_on_method() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        block_on(names.add_with("dr ".to_owned(), "grace".to_owned())).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "dr grace");
    });
}

#[test]
fn r2_affine_error_of_method_takes_no_run_error() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 1);
        assert_eq!(block_on(counter.add("2".to_owned())).unwrap(), Ok(3));
        assert!(block_on(counter.add("two".to_owned())).unwrap().is_err());
    });
}

#[test]
fn r4_affine_method_blocks() {
    #[thread_affine(owner = context)]
    struct Jobs {
        own_next: Option<oneshot::Receiver<String>>,
    }

    #[thread_affine]
    impl Jobs {
        #[isolate_fn]
        async fn next(this: JobsHandle, ev: Event) -> Result<Option<String>, RunError> {
            let open = |lock: &mut Lock<'_>, (this,): (JobsHandle,)| {
                this.with_mut(lock, |jobs, _lock| Waiting(jobs.own_next.take()))
            };
            let Some(next) = ev.try_run((this,), open).await?.0 else { return Ok(None) };
            // The isolate is free while this waits.
            Ok(next.await.ok())
        }
    }

    /// What is awaited outside of the turn.
    struct Waiting(Option<oneshot::Receiver<String>>);
    impl Portable for Waiting {}

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = oneshot::channel();
        let jobs = block_on(ctx.run((Waiting(Some(receiver)),), |lock, (next,)| lock.own(Jobs { own_next: next.0 })));
        let mut next = pending(jobs.unwrap().next());
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
        sender.send("job".to_owned()).unwrap();
        assert_eq!(block_on(&mut next).unwrap().as_deref(), Some("job"));
    });
}
