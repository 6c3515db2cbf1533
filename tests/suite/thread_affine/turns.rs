//! Methods that JS leads back to, that await, and that are called in turns and events under way.

use super::{Kv, KvError, KvHandle, kv};
use crate::support::*;
use isolock::prelude::*;
use isolock_tests::block_on;

/// A store that can be read and written from JS, which its methods call.
#[isolate_fn]
fn peek(lock: &mut Lock<'_>, #[capture] kv: &KvHandle) -> Result<f64, RunError> {
    kv.with(lock, |kv, _lock| kv.hits as f64)
}

#[isolate_fn]
fn poke(lock: &mut Lock<'_>, #[capture] kv: &KvHandle) -> Result<f64, RunError> {
    kv.with_mut(lock, |kv, _lock| {
        kv.hits += 1;
        kv.hits as f64
    })
}

#[thread_affine]
impl Kv {
    /// Runs a script while the value is borrowed.
    #[isolate_fn]
    fn script(&mut self, lock: &mut Lock<'_>, source: &str) -> Result<String, RunError> {
        Ok(lock.eval(source)?.to_rust_string_lossy(lock))
    }

    /// The same with a shared borrow.
    #[isolate_fn]
    fn script_shared(&self, lock: &mut Lock<'_>, source: &str) -> Result<String, RunError> {
        Ok(lock.eval(source)?.to_rust_string_lossy(lock))
    }
}

#[test]
fn r5_a_method_that_js_leads_back_to_is_refused_and_both_calls_are_named() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        block_on(ctx.try_run((kv.clone(),), |lock, (kv,)| lock.install((peek { kv: kv.clone() }, poke { kv }))))
            .unwrap();
        assert_eq!(number(&ctx, "poke() + peek()"), 2.0);
        for source in ["poke()", "peek()", "`${{ toString: poke }}`", "[...{ *[Symbol.iterator]() { yield poke() } }]"]
        {
            let caught = format!("try {{ {source} }} catch (e) {{ e.message }}");
            let line = line!() + 1;
            let text = block_on(kv.script(caught)).unwrap();
            assert!(text.starts_with("R5 name-what-is-affine: the `Kv` made at "), "{text}");
            // Where the method was called, and where the host function asked for the value.
            assert!(text.contains(&format!("mutably by `Kv::script`, called at {}:{line}:", file!())), "{text}");
            assert!(text.contains(&format!("by the call at {}:", file!())), "{text}");
        }
        // Two shared borrows are fine, a mutable one beside a shared one isn't.
        assert_eq!(block_on(kv.script_shared("peek()".to_owned())).unwrap(), "1");
        let refused = threw(block_on(kv.script_shared("poke()".to_owned())));
        assert!(refused.message.contains("R5"), "{refused}");
        assert_eq!(number(&ctx, "poke()"), 2.0);
    });
}

#[test]
fn async_methods_are_events_of_the_owner() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let hits = block_on(kv.refresh(vec!["a".to_owned(), "b".to_owned()])).unwrap();
        assert_eq!((hits, block_on(kv.keys()).unwrap().len()), (2, 2));
        assert_eq!(block_on(KvHandle::where_from(&ctx, 2)).unwrap(), ctx.id() * 2);
        ctx.close();
        let refused = block_on(kv.refresh(Vec::new()));
        assert!(matches!(refused, Err(KvError::Run(RunError::Gone(_)))), "{refused:?}");
    });
}

/// Calls methods of a handle between awaits.
#[isolate_fn]
async fn tally(ev: Event, #[capture] kv: KvHandle, key: String) -> Result<f64, KvError> {
    let before = kv.hits().await?;
    kv.put(key.clone(), 1).await?;
    // The same by hand.
    ev.try_run((kv.clone(), key), |lock, (kv, key)| kv.with_mut(lock, |kv, _lock| kv.get(key))?).await?;
    let hits = kv.refresh(vec!["c".to_owned()]).await?;
    Ok((hits - before) as f64)
}

#[test]
fn a_host_function_captures_a_handle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        block_on(ctx.try_run((kv.clone(),), |lock, (kv,)| lock.install((tally { kv },)))).unwrap();
        assert_eq!(number(&ctx, "tally('x')"), 3.0);
        block_on(kv.close()).unwrap();
        let refused = threw(block_on(ctx.eval::<f64>("tally('x')")));
        assert!(refused.message.contains("R3") || refused.message.contains("R9"), "{refused}");
    });
}

#[test]
fn methods_in_a_critical_section_go_on_with_its_event() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let section = ctx.event().critical_section((kv.clone(),), |ev, (kv,)| async move {
            // As an event of its own each of these would wait for the end of this section.
            let before = kv.hits().await?;
            kv.put("a".to_owned(), 1).await.map_err(|_| RunError::PromiseLost)?;
            let hits = kv.refresh(vec!["b".to_owned()]).await.map_err(|_| RunError::PromiseLost)?;
            drop(ev);
            Ok::<_, RunError>((before, hits))
        });
        assert_eq!(block_on(section).unwrap().unwrap(), (0, 2));
    });
}

#[test]
fn a_method_called_by_a_cancelled_event_is_cancelled_with_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let event = ctx.event();
        let log = Log::default();
        let body = event.critical_section((kv.clone(), log.clone()), |ev, (kv, log)| async move {
            ev.cancel();
            if let Err(RunError::Cancelled { .. }) = kv.hits().await {
                log.push("cancelled");
            }
        });
        drop(block_on(body));
        // An event of the method's own would not know.
        assert_eq!(log.lines(), ["cancelled"]);
        assert_eq!(block_on(kv.hits()).unwrap(), 0);
    });
}
