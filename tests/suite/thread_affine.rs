//! `#[thread_affine]`: handles whose methods are turns of the owner (R5).

mod turns;

use crate::support::*;
use isolock::prelude::*;
use isolock_tests::{block_on, context};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    thread,
};

/// A map that belongs to a context.
#[thread_affine(owner = context)]
struct Kv {
    own_map: HashMap<String, u64>,
    hits: u64,
    #[affine(reason = "counts its own drop, wherever that is")]
    dropped: Counted,
}

impl Kv {
    fn new() -> Self {
        Self { own_map: HashMap::new(), hits: 0, dropped: Counted::default() }
    }
}

#[derive(Debug)]
enum KvError {
    Missing(String),
    Run(RunError),
}

impl Portable for KvError {}

impl From<RunError> for KvError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(key) => write!(f, "`{key}` is missing"),
            Self::Run(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KvError {}

#[thread_affine]
impl Kv {
    /// How many keys a store is made with.
    const KEYS: usize = 1;

    #[isolate_fn]
    fn open(lock: &mut Lock<'_>, key: &str) -> Result<Self, KvError> {
        if key.is_empty() {
            return Err(KvError::Missing("key".to_owned()));
        }
        let mut kv = Self::new();
        kv.own_map.insert(format!("{key} of {}", lock.context().id()), 0);
        assert_eq!(kv.own_map.len(), Self::KEYS);
        Ok(kv)
    }

    #[isolate_fn]
    fn keys(&self) -> Vec<String> {
        self.own_map.keys().cloned().collect()
    }

    #[isolate_fn]
    fn put(&mut self, lock: &mut Lock<'_>, key: &str, value: u64) -> Result<u64, KvError> {
        self.hits += 1;
        // The lock is there for whoever needs it.
        let value = lock.eval(&format!("{value} + 1"))?.number_value(lock).ok_or(RunError::PromiseLost)?;
        let value = value as u64;
        Ok(self.own_map.insert(key.to_owned(), value).unwrap_or(value))
    }

    #[isolate_fn]
    fn get(&mut self, key: String) -> Result<u64, KvError> {
        self.hits += 1;
        self.own_map.get(&key).copied().ok_or(KvError::Missing(key))
    }

    #[isolate_fn]
    fn hits(&self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn close(self) -> usize {
        self.own_map.len()
    }

    #[isolate_fn(nested)]
    fn parse(&self, text: &str) -> Result<u64, std::num::ParseIntError> {
        text.parse()
    }

    #[isolate_fn]
    fn fork(&self, deep: bool) -> Option<Self> {
        deep.then(|| Self { own_map: self.own_map.clone(), ..Self::new() })
    }

    #[isolate_fn]
    fn explode(&mut self) -> u64 {
        boom("the store is on fire");
        0
    }

    #[isolate_fn]
    async fn refresh(this: KvHandle, ev: Event, keys: Vec<String>) -> Result<u64, KvError> {
        for key in keys {
            futures::future::lazy(|cx| cx.waker().wake_by_ref()).await;
            ev.try_run((this.clone(), key), |lock, (this, key)| {
                this.with_mut(lock, |kv, lock| Kv::put(kv, lock, &key, 1))?
            })
            .await?;
        }
        Ok(this.hits().await?)
    }

    #[isolate_fn]
    async fn where_from(ev: Event, factor: u64) -> u64 {
        ev.context().id() * factor
    }

    /// Not for handles.
    fn clear(&mut self) {
        self.own_map.clear();
    }
}

impl From<JsError> for KvError {
    fn from(error: JsError) -> Self {
        Self::Run(error.into())
    }
}

fn kv(ctx: &IoContext) -> KvHandle {
    block_on(ctx.run((), |lock, ()| lock.own(Kv::new()))).expect("a store")
}

#[test]
fn methods_are_turns_from_any_thread() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let kv = kv.clone();
                thread::spawn(move || block_on(kv.put(format!("key {n}"), n)).unwrap())
            })
            .collect();
        for (n, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap(), n as u64 + 1);
        }
        assert_eq!(block_on(kv.get("key 3".to_owned())).unwrap(), 4);
        assert_eq!(block_on(kv.hits()).unwrap(), 5);
        let missing = block_on(kv.get("key 9".to_owned()));
        assert!(matches!(missing, Err(KvError::Missing(key)) if key == "key 9"));
        // A foreign error stays inside.
        assert_eq!(block_on(kv.parse("12".to_owned())).unwrap(), Ok(12));
        assert!(block_on(kv.parse("x".to_owned())).unwrap().is_err());
    });
}

#[test]
fn the_type_stays_what_it_was() {
    let mut kv = Kv::new();
    kv.clear();
    assert_eq!((kv.hits(), kv.get("a".to_owned()).is_err(), kv.hits()), (0, true, 1));
    let (drops, _) = kv.dropped.counters();
    assert_eq!(kv.close(), 0);
    assert_eq!(count(&drops), 1);
}

#[test]
fn the_future_of_a_method_borrows_nothing() {
    fn sendable<T: Send + 'static>(value: T) -> T {
        value
    }
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let future = sendable(kv(&ctx).clone().put("a".to_owned(), 1));
        assert_eq!(thread::spawn(move || block_on(future)).join().unwrap().unwrap(), 2);
    });
}

#[test]
fn functions_that_give_self_give_the_handle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = block_on(KvHandle::open(&ctx, "a".to_owned())).unwrap();
        assert_eq!(block_on(kv.keys()).unwrap(), [format!("a of {}", ctx.id())]);
        assert!(matches!(block_on(KvHandle::open(&ctx, String::new())), Err(KvError::Missing(_))));
        assert!(block_on(kv.fork(false)).unwrap().is_none());
        let fork = block_on(kv.fork(true)).unwrap().unwrap();
        assert_eq!(block_on(kv.close()).unwrap(), 1);
        assert_eq!(block_on(fork.keys()).unwrap().len(), 1);
    });
}

#[test]
fn r5_a_method_with_self_takes_the_value_out() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (handle, drops) = block_on(ctx.run((), |lock, ()| {
            let kv = Kv::new();
            let (drops, _) = kv.dropped.counters();
            (lock.own(kv), Carry(drops))
        }))
        .unwrap();
        let other = handle.clone();
        assert_eq!(block_on(handle.close()).unwrap(), 0);
        assert_eq!(count(&drops.0), 1);
        assert!(!other.is_alive());
        gone(block_on(other.hits()));
        gone(block_on(other.close()));
        let refused = block_on(other.get("a".to_owned()));
        assert!(matches!(refused, Err(KvError::Run(RunError::Gone(_)))), "{refused:?}");
    });
}

#[test]
fn r9_a_value_ends_with_its_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (context(&isolate), context(&isolate));
        let handle = kv(&first);
        let drops =
            block_on(first.run((handle.clone(),), |lock, (kv,)| {
                kv.with(lock, |kv, _lock| Carry(kv.dropped.counters().0)).unwrap()
            }))
            .unwrap();
        first.close();
        // The next turn finds it dropped, and drops nothing twice.
        block_on(second.run((), |_lock, ()| ())).unwrap();
        until(|| count(&drops.0) == 1);
        gone(block_on(handle.hits()));
        assert!(!handle.is_alive());
        block_on(isolate.shutdown());
        assert_eq!(count(&drops.0), 1);
    });
}

#[test]
fn r5_a_handle_in_a_turn_of_another_context_is_refused() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (context(&isolate), context(&isolate));
        let kv = kv(&first);
        let refused = block_on(second.run((kv.clone(),), |lock, (kv,)| kv.with(lock, |kv, _lock| kv.hits))).unwrap();
        assert!(matches!(refused, Err(RunError::WrongContext { .. })), "{refused:?}");
        // The method finds its own way.
        assert_eq!(block_on(kv.hits()).unwrap(), 0);
    });
}

#[test]
fn a_panicking_method_is_an_error_of_the_call() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        assert_eq!(panicked(block_on(kv.explode())), "the store is on fire");
        // The borrow ended with the panic.
        assert_eq!(block_on(kv.put("a".to_owned(), 1)).unwrap(), 2);
    });
}

#[test]
fn r1_a_method_awaited_in_a_turn_is_refused_and_the_lock_is_the_way() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let (refused, hits) = block_on(ctx.run((kv,), |lock, (kv,)| {
            let refused = ready(kv.hits());
            let hits = kv.with_mut(lock, |kv, lock| {
                Kv::put(kv, lock, "a", 1).unwrap();
                kv.hits
            });
            (refused, hits)
        }))
        .unwrap();
        assert!(matches!(refused, Err(RunError::Reentrant { .. })), "{refused:?}");
        assert_eq!(hits.unwrap(), 1);
    });
}

#[test]
fn a_handle_shows_owner_and_origin() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let shown = format!("{:?}", kv(&ctx));
        assert!(shown.contains("Kv") && shown.contains("context"), "{shown}");
        assert!(shown.contains("thread_affine.rs:"), "{shown}");
    });
}

#[test]
fn handles_of_many_contexts_are_used_by_many_threads() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let contexts: Vec<_> = (0..4).map(|_| context(&isolate)).collect();
        let stores: Arc<Mutex<Vec<KvHandle>>> = Arc::new(Mutex::new(contexts.iter().map(kv).collect()));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let stores = stores.clone();
                thread::spawn(move || {
                    for n in 0..100 {
                        let kv = stores.lock().unwrap()[n % 4].clone();
                        block_on(kv.put("n".to_owned(), n as u64)).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        for kv in stores.lock().unwrap().iter() {
            assert_eq!(block_on(kv.hits()).unwrap(), 100);
        }
    });
}
