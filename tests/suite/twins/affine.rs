//! Values that belong to a thread, an isolate or a context, and their guards (R4, R5, R7).

use crate::support::*;
use isolock::{Affine, OwnedHere, OwnedInTurns, Owner, prelude::*};
use isolock_tests::block_on;
use std::{cell::Cell, rc::Rc, thread};

#[derive(Default)]
struct Kv {
    hits: u64,
}

impl Affine for Kv {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Kv {}

#[derive(Default)]
struct Socket {
    sent: Rc<Cell<u64>>,
}

impl Affine for Socket {
    const OWNER: Owner = Owner::Thread;
    const NAME: &'static str = "Socket";
    type Handle = WeakHomed<Self>;
}

impl OwnedHere for Socket {}

fn kv(ctx: &IoContext, hits: u64) -> WeakHomed<Kv> {
    block_on(ctx.run((hits,), |lock, (hits,)| lock.own(Kv { hits }))).unwrap()
}

#[test]
fn r5_value_without_owner_owned() {
    struct Connection {
        rows: u64,
    }

    impl Affine for Connection {
        const OWNER: Owner = Owner::Context;
        const NAME: &'static str = "Connection";
        type Handle = WeakHomed<Self>;
    }

    impl OwnedInTurns for Connection {}

    async fn open(ctx: &IoContext) -> Result<WeakHomed<Connection>, RunError> {
        ctx.run((), |lock, ()| lock.own(Connection { rows: 3 })).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let connection = block_on(open(&ctx)).unwrap();
        assert_eq!(block_on(ctx.run((connection,), |lock, (own,)| own.get(lock).rows)).unwrap(), 3);
    });
}

#[test]
fn r5_value_of_thread_given_to_context() {
    async fn open(ctx: &IoContext) -> Result<Homed<Socket>, RunError> {
        ctx.run((), |_lock, ()| Homed::here(Socket::default())).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let socket = block_on(open(&ctx)).unwrap();
        assert_eq!(socket.owner(), Owner::Thread);
        // Nobody else runs turns, so the shared home's are on this thread, too.
        assert_eq!(block_on(ctx.run((socket,), |lock, (own,)| own.get(lock).sent.get())).unwrap(), 0);
    });
}

#[test]
fn r5_value_of_context_not_send() {
    struct Shared {
        hits: Rc<Cell<u64>>,
    }

    // What isn't `Send` stays on a thread.
    impl Affine for Shared {
        const OWNER: Owner = Owner::Thread;
        const NAME: &'static str = "Shared";
        type Handle = WeakHomed<Self>;
    }

    impl OwnedHere for Shared {}

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let hits = block_on(ctx.run((), |lock, ()| {
            let own = Homed::here(Shared { hits: Rc::new(Cell::new(1)) });
            own.get(lock).hits.get()
        }));
        assert_eq!(hits.unwrap(), 1);
    });
}

#[test]
fn r5_value_of_context_kept_by_thread() {
    fn open(lock: &Lock<'_>) -> Homed<Kv> {
        Homed::new(lock, Kv::default())
    }

    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let kv = block_on(ctx.run((), |lock, ()| open(lock))).unwrap();
        assert_eq!((kv.owner(), isolate.stats().own_values), (Owner::Context, 1));
    });
}

#[test]
fn r7_guard_returned_from_turn() {
    async fn hits(ctx: &IoContext, kv: WeakHomed<Kv>) -> Result<u64, RunError> {
        ctx.run((kv,), |lock, (kv,)| kv.get(lock).hits).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(hits(&ctx, kv(&ctx, 4))).unwrap(), 4);
    });
}

#[test]
fn r7_guard_kept_beyond_scope() {
    fn hits(lock: &mut Lock<'_>, kv: &WeakHomed<Kv>) -> u64 {
        lock.scope(|lock| kv.get(lock).hits)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(ctx.run((kv(&ctx, 4),), |lock, (kv,)| hits(lock, &kv))).unwrap(), 4);
    });
}

#[test]
fn r4_guard_held_across_await() {
    async fn fetch(id: u64) -> u64 {
        id + 1
    }

    async fn refresh(ctx: &IoContext, kv: WeakHomed<Kv>) -> Result<(), RunError> {
        let id = ctx.run((kv.clone(),), |lock, (kv,)| kv.get(lock).hits).await?;
        let hits = fetch(id).await;
        ctx.run((kv, hits), |lock, (kv, hits)| kv.get_mut(lock).hits = hits).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx, 4);
        block_on(refresh(&ctx, kv.clone())).unwrap();
        assert_eq!(block_on(ctx.run((kv,), |lock, (kv,)| kv.get(lock).hits)).unwrap(), 5);
    });
}

#[test]
fn r5_guard_lent_to_thread() {
    fn hits(lock: &mut Lock<'_>, kv: &WeakHomed<Kv>) -> u64 {
        let guard = kv.get(lock);
        let kv: &Kv = &guard;
        thread::scope(|scope| scope.spawn(|| kv.hits).join().unwrap_or(0))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(ctx.run((kv(&ctx, 4),), |lock, (kv,)| hits(lock, &kv))).unwrap(), 4);
    });
}

#[test]
fn r5_value_used_after_it_was_given() {
    fn open(lock: &mut Lock<'_>) -> WeakHomed<Kv> {
        let kv = lock.own(Kv::default());
        kv.get_mut(lock).hits += 1;
        kv
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(ctx.run((), |lock, ()| open(lock).get(lock).hits)).unwrap(), 1);
    });
}

#[test]
fn r5_value_of_thread_sent_bare() {
    fn drop_elsewhere(socket: Socket) -> bool {
        let socket = Homed::here(socket);
        let weak = socket.downgrade();
        thread::spawn(move || drop(socket)).join().expect("the thread");
        weak.is_alive()
    }

    on_both_homes(|_world| {
        let socket = Socket::default();
        let sent = socket.sent.clone();
        assert!(!drop_elsewhere(socket));
        // It waits for its thread, which drops it when it makes another.
        assert_eq!(Rc::strong_count(&sent), 2);
        drop(Homed::here(Socket::default()));
        assert_eq!(Rc::strong_count(&sent), 1);
    });
}

#[test]
fn r5_script_run_while_value_is_lent() {
    fn publish(lock: &mut Lock<'_>, kv: &WeakHomed<Kv>) -> Result<(), RunError> {
        kv.with(lock, |kv, lock| {
            lock.set_global("hits", kv.hits as f64)?;
            lock.console_log(&format!("{} hits", kv.hits));
            Ok(())
        })?
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.try_run((kv(&ctx, 4),), |lock, (kv,)| publish(lock, &kv))).unwrap();
        assert_eq!((number(&ctx, "hits"), world.console()), (4.0, vec!["4 hits".to_owned()]));
    });
}

#[test]
fn r5_value_opened_by_context() {
    async fn hits(ctx: &IoContext, kv: WeakHomed<Kv>) -> Result<u64, RunError> {
        ctx.try_run((kv,), |lock, (kv,)| Ok(kv.try_get(lock)?.hits)).await
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        assert_eq!(block_on(hits(&ctx, kv(&ctx, 4))).unwrap(), 4);
    });
}
