//! Affine types and their fields (R5, and what follows from it).

use crate::support::*;
use isolock::{AtHome, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    env,
    fs::{self, File},
    io::Write,
    net::{TcpListener, TcpStream},
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
            Ok(self.callback.try_get(lock)?.to_rust_string_lossy(lock))
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let listener = block_on(ListenerHandle::on(&ctx, "x => x".to_owned())).unwrap();
        assert_eq!(block_on(listener.show()).unwrap(), "x => x");
    });
}
