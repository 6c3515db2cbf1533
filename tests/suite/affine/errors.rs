//! Every way to open a value in the wrong place, or too late.

use super::*;
use crate::support::*;
use isolock::{Access, Gone, Part, WrongThread, protocol::liveness::Why};
use isolock_tests::{block_on, context};
use std::{panic::Location, thread};

/// Opens the value in a turn of `ctx`. Gives the error and the line where the turn was entered.
fn refused(ctx: &IoContext, kv: &WeakHomed<impl Sized + 'static>) -> (RunError, u32) {
    let entered = line!() + 1;
    let turn = ctx.run((kv.clone(),), |lock, (kv,)| kv.try_get(lock).map(drop));
    (block_on(turn).expect("the turn").expect_err("it isn't at home"), entered)
}

/// The text begins with the rule and contains all the parts.
#[track_caller]
fn assert_words(error: &RunError, rule: &str, parts: &[String]) {
    let text = error.to_string();
    assert!(text.starts_with(rule), "{text}");
    for part in parts {
        assert!(text.contains(part), "{text}\nlacks {part}");
    }
}

fn here(line: u32) -> String {
    format!("{}:{line}:", file!())
}

#[test]
fn r5_a_value_of_a_context_opened_in_another_isolate_names_both_sides() {
    on_both_homes(|world| {
        let ((home, ctx), (foreign, other)) = (world.context(), world.context());
        let made = line!() + 1;
        let kv = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        assert_at(kv.made(), file!(), made);
        assert_eq!(kv.owner(), Owner::Context);
        let (error, entered) = refused(&other, &kv);
        assert_words(
            &error,
            "R6 never-mix: ",
            &[
                "`Kv`".into(),
                format!("isolate {}", home.id()),
                format!("isolate {}", foreign.id()),
                here(made),
                here(entered),
            ],
        );
        let RunError::WrongIsolate { what, home: wanted, here, made: at, .. } = error else { panic!("{error:?}") };
        assert_eq!((what, wanted, here), ("Kv", home.id(), foreign.id()));
        assert_at(at, file!(), made);
        assert_eq!(block_on(ctx.run((kv,), |lock, (kv,)| kv.get(lock).trace.id)).unwrap(), 1, "at home it opens");
    });
}

#[test]
fn r5_a_value_of_a_context_opened_in_another_context_names_both_sides() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        // Not even contexts that may exchange objects share it.
        let group = isolate.group();
        let make = || block_on(isolate.context(ContextOptions::new().group(&group)).build()).unwrap();
        let (one, two) = (make(), make());
        let made = line!() + 1;
        let kv = block_on(one.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        for wrong in [&ctx, &two] {
            let (error, entered) = refused(wrong, &kv);
            let parts = [format!("context {}", one.id()), format!("context {}", wrong.id()), here(made), here(entered)];
            assert_words(&error, "R6 never-mix: ", &parts);
            let RunError::WrongContext { wanted, here, access: Some(access) } = error else { panic!("{error:?}") };
            assert_eq!((wanted, here, access.what), (one.id(), wrong.id(), "Kv"));
            assert_at(access.made, file!(), made);
            assert_at(access.entered, file!(), entered);
        }
        // The way in is the way into its context.
        let hits = block_on(two.run((one.downgrade(), kv), |lock, (one, kv)| {
            lock.in_context(&one, (kv,), |lock, (kv,)| kv.try_get(lock).map(|kv| kv.hits))
        }));
        assert_eq!(hits.unwrap().unwrap().unwrap(), 0);
    });
}

#[test]
fn r5_a_value_of_an_isolate_opens_in_all_its_contexts_and_nowhere_else() {
    on_both_homes(|world| {
        let ((isolate, ctx), (_, other)) = (world.context(), world.context());
        let cache = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.cache(4)))).unwrap();
        assert_eq!(cache.owner(), Owner::Isolate);
        let second = context(&isolate);
        assert_eq!(block_on(second.run((cache.clone(),), |lock, (cache,)| cache.get(lock).trace.id)).unwrap(), 4);
        // It outlives the context that it was made in.
        ctx.close();
        assert_eq!(block_on(second.run((cache.clone(),), |lock, (cache,)| cache.get(lock).trace.id)).unwrap(), 4);
        assert!(matches!(refused(&other, &cache).0, RunError::WrongIsolate { what: "Cache", .. }));
    });
}

#[test]
fn r5_a_value_of_a_thread_opened_on_another_names_both_threads() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = std::sync::mpsc::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let owner = thread::Builder::new().name("owner".into()).spawn(move || {
            let line = line!() + 1;
            let socket = Homed::here(Drops::default().socket(1));
            sender.send((socket.downgrade(), line, thread::current().id())).unwrap();
            ended.recv().unwrap_or(());
        });
        let (socket, made, id) = receiver.recv().unwrap();
        let (error, entered) = refused(&ctx, &socket);
        let parts = ["`Socket`".into(), "thread `owner`".into(), format!("{id:?}"), here(made), here(entered)];
        assert_words(&error, "R5 name-what-is-affine: ", &parts);
        let RunError::WrongThread(wrong) = error else { panic!("{error:?}") };
        let WrongThread { access, home, here, .. } = &*wrong;
        assert_eq!((home.id, home.name.as_deref()), (id, Some("owner")));
        assert_ne!(here.id, id);
        assert_at(access.made, file!(), made);
        drop(end);
        owner.unwrap().join().unwrap();
    });
}

#[test]
fn r5_get_panics_with_the_words_of_try_get() {
    on_both_homes(|world| {
        let ((_, ctx), (_, other)) = (world.context(), world.context());
        let kv = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        let message = panicked(block_on(other.run((kv.clone(),), |lock, (kv,)| drop(kv.get(lock)))));
        assert!(message.starts_with("R6 never-mix: a `Kv` of isolate "), "{message}");
        assert!(
            panicked(block_on(other.run((kv,), |lock, (kv,)| drop(kv.get_mut(lock))))).contains("a `Kv` of isolate ")
        );
        assert_eq!(number(&other, "1"), 1.0);
    });
}

/// The parts of a `Gone` that answers an attempt to open a value.
#[track_caller]
fn value_gone(error: RunError) -> (Gone, Access) {
    let RunError::Gone(gone) = error else { panic!("{error:?}") };
    let access = *gone.access.clone().expect("a value was asked for");
    (gone, access)
}

#[test]
fn r9_a_value_that_is_gone_says_how_it_ended() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let own = || block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        // Released, from anywhere.
        let kv = own();
        let released = line!() + 1;
        assert!(kv.release());
        assert!(!kv.release() && !kv.is_alive());
        let (error, entered) = refused(&ctx, &kv);
        let parts = ["it was released".into(), here(released), here(entered), here(kv.made().line())];
        assert_words(&error, "R9 drop-at-home: the `Kv` made at ", &parts);
        let (gone, access) = value_gone(error);
        assert_eq!((gone.part, gone.why()), (Part::OwnValue("Kv"), Why::Released));
        assert_at(gone.obituary.at, file!(), released);
        assert_at(access.entered, file!(), entered);
        // Taken out.
        let kv = own();
        let taken = block_on(ctx.run((kv.clone(),), |lock, (kv,)| kv.take(lock).map(|kv| kv.trace))).unwrap().unwrap();
        assert!(taken.drops.ids().is_empty(), "it is the caller's");
        let (error, _) = refused(&ctx, &kv);
        assert_words(&error, "R9 drop-at-home: ", &["it was taken out".into()]);
        assert_eq!(value_gone(error).0.why(), Why::Taken);
        let again = block_on(ctx.run((kv,), |lock, (kv,)| kv.take(lock).map(|kv| kv.hits))).unwrap();
        assert_eq!(value_gone(again.unwrap_err()).0.why(), Why::Taken);
        // Its last strong owner was dropped.
        let homed = block_on(ctx.run((Drops::default(),), |lock, (drops,)| Homed::new(lock, drops.kv(1)))).unwrap();
        let weak = homed.downgrade();
        drop(homed);
        let (error, _) = refused(&ctx, &weak);
        assert_words(&error, "R9 drop-at-home: ", &["its last `Homed` was dropped".into()]);
        assert_eq!(value_gone(error).0.why(), Why::Dropped);
    });
}

#[test]
fn r9_a_value_whose_owner_ended_is_gone_with_it() {
    on_both_homes(|world| {
        let ((isolate, ctx), (_, other)) = (world.context(), world.context());
        let second = context(&isolate);
        let (kv, cache) =
            block_on(ctx.run((Drops::default(),), |lock, (drops,)| (lock.own(drops.kv(1)), lock.own(drops.cache(2)))))
                .unwrap();
        let closed = line!() + 1;
        ctx.close();
        let (error, _) = refused(&second, &kv);
        assert_words(&error, "R9 drop-at-home: the `Kv` ", &[format!("context {} ended", ctx.id()), here(closed)]);
        let (gone, _) = value_gone(error);
        assert_eq!((gone.part, gone.why()), (Part::Context(ctx.id()), Why::Closed));
        assert!(!kv.is_alive() && cache.is_alive());
        block_on(isolate.shutdown());
        for error in [refused(&other, &cache).0, refused(&other, &kv).0] {
            assert!(matches!(error, RunError::Gone(_)), "{error:?}");
        }
        let (gone, _) = value_gone(refused(&other, &cache).0);
        assert_eq!((gone.part, gone.why()), (Part::Isolate(isolate.id()), Why::IsolateShutDown));
    });
}

#[test]
fn r9_a_value_of_a_thread_that_ended_is_gone() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let drops = Drops::default();
        let made = drops.clone();
        let (socket, id) = thread::spawn(move || (Homed::here(made.socket(1)), thread::current().id())).join().unwrap();
        assert_eq!(drops.list(), [(1, id)], "the thread dropped it although it is kept");
        let (error, _) = refused(&ctx, &socket);
        assert_words(&error, "R9 drop-at-home: the `Socket` ", &[format!("{id:?} ended")]);
        let (gone, _) = value_gone(error);
        assert_eq!((gone.part, gone.why()), (Part::Thread(id), Why::ThreadEnded));
    });
}

#[test]
fn r5_debug_shows_owner_and_origin() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let (kv, cache) = block_on(
            ctx.run((Drops::default(),), |lock, (drops,)| (lock.own(drops.kv(1)), Homed::new(lock, drops.cache(2)))),
        )
        .unwrap();
        let origin = |made: &Location<'_>| format!("made: {made}");
        let text = format!("{kv:?}");
        for part in [
            "Kv {",
            &format!("owner: context {} of isolate {}", ctx.id(), isolate.id()),
            &origin(kv.made()),
            "alive: true",
        ] {
            assert!(text.contains(part), "{text} lacks {part}");
        }
        let text = format!("{cache:?}");
        for part in ["Cache {", &format!("owner: isolate {}", isolate.id()), &origin(cache.made())] {
            assert!(text.contains(part), "{text} lacks {part}");
        }
        let socket = Homed::here(Drops::default().socket(3));
        assert!(format!("{socket:?}").contains("Socket { owner: thread `"), "{socket:?}");
        kv.release();
        assert!(format!("{kv:?}").contains("alive: false"));
    });
}
