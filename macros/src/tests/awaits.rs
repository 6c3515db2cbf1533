//! What is said, and above all what isn't, about code after an `.await`.

use expect_test::expect;

use super::{expand_any, mistakes};

/// The places that are reported in an async function with this body.
fn found(body: &str) -> Vec<String> {
    let text = mistakes("", &function(body));
    text.split("\n\n").map(|error| error.lines().next().unwrap_or_default().to_owned()).collect()
}

fn function(body: &str) -> String {
    format!(
        "async fn f(ev: Event, #[capture] ctx: WeakIoContext, #[capture] m: Arc<Mutex<u8>>, #[capture] rw: Arc<RwLock<u8>>, \
         other: Handle) {{ {body} }}"
    )
}

#[test]
fn r4_guards_and_r3_answers() {
    let body = "let g = m.lock().unwrap(); let alive = ctx.is_alive(); x().await; if alive { use_it(&g) }";
    expect![[r#"
        g
        `g` holds a lock while the function awaits
        help: end it before the `.await`: `drop(g);`, or a block of its own around its `let`
        note: R4 no-blocking: whoever wants that lock meanwhile blocks, and a turn that does keeps everyone out of the isolate; the check is syntactic and sees `let`s of this body only: no fields, closures, macros or locks behind functions

        alive
        `alive` is an answer from before an `.await`
        help: ask again here: `ctx.is_alive()`; or don't ask at all, every `ev.run` checks by itself
        note: R3 weak-across-threads: the context may end and the event may be cancelled while the function awaits; the check is syntactic and sees `let`s of this body only
    "#]]
    .assert_eq(&mistakes("", &function(body)));
}

#[test]
fn r4_guards_that_are_held() {
    for body in [
        "let g = m.lock().unwrap(); x().await;",
        "let mut g = m.lock().expect(\"fine\"); *g += 1; x().await; *g += 1;",
        "let g = other.inner.lock().unwrap_or_else(PoisonError::into_inner); x(&*g).await?;",
        "let g: MutexGuard<'_, u8> = m.lock().unwrap(); x().await;",
        "let g = m.lock()?; x().await;",
        "let g = rw.read().unwrap(); x().await;",
        "let g = rw.write().unwrap(); x().await;",
        "let g = &mut *m.lock().unwrap(); x().await;",
        "let cell = RefCell::new(1); let g = cell.borrow_mut(); x().await;",
        "let g = Arc::new(RwLock::new(1)); let g = g.read().unwrap(); x().await;",
        "if let Ok(g) = m.lock() { x().await }",
        "let Ok(g) = m.lock() else { return }; x().await;",
        "while let Ok(g) = m.lock() { x().await }",
        "if a { let g = m.lock().unwrap(); x().await; }",
        "match a { 1 => { let g = m.lock().unwrap(); x().await } _ => {} }",
        "loop { let g = m.lock().unwrap(); x().await; }",
        "let g = m.lock().unwrap(); if a { return drop(g); } x().await;",
        "let g = m.lock().unwrap(); x(&g).await;",
        "let g = m.lock().unwrap(); g.push(x().await);",
        "let g = m.lock().unwrap(); { x().await } drop(g);",
        "let g = m.lock().unwrap(); if a { return Ok(x().await) }",
    ] {
        assert_eq!(found(body), ["g"], "{body}");
    }
}

#[test]
fn r4_guards_that_may_have_ended() {
    for body in [
        "let g = m.lock().unwrap(); drop(g); x().await;",
        "let g = m.lock().unwrap(); std::mem::drop(g); x().await;",
        "{ let g = m.lock().unwrap(); g.push(1); } x().await;",
        "let n = { let g = m.lock().unwrap(); g.len() }; x(n).await;",
        "let n = *m.lock().unwrap(); x(n).await;",
        "let n = m.lock().unwrap().clone(); x(n).await;",
        "let n = m.lock().unwrap().len(); x(n).await;",
        "let g = m.lock().await; x().await;",
        "let g = m.lock().await.unwrap(); x().await;",
        "let lock = m.lock(); let g = lock.await; x().await;",
        "let _ = m.lock().unwrap(); x().await;",
        "let g = m.lock().unwrap(); consume(g).await;",
        "let g = m.lock().unwrap(); let h = g; x().await;",
        "let g = m.lock().unwrap(); if a { drop(g) } else { other(g) } x().await;",
        "let g = m.lock().unwrap(); if a { drop(g) } x().await;",
        "let g = m.lock().unwrap(); match a { 1 => drop(g), _ => return } x().await;",
        "let g = m.lock().unwrap(); done!(g); x().await;",
        "let g = m.lock().unwrap(); let f = move || g.len(); x().await;",
        "let g = m.lock().unwrap(); spawn(async move { g.len() }); x().await;",
        "let mut g = m.lock().unwrap(); g = other(); x().await;",
        "let task = async { let g = m.lock().unwrap(); x().await };",
        "let f = |a| { let g = m.lock().unwrap(); g.len() }; x().await;",
        "x().await; let g = m.lock().unwrap(); g.push(1)",
        "if let Ok(g) = m.lock() { g.push(1) } else { x().await }",
        "if let Ok(g) = m.lock() { g.push(1) } x().await;",
        "let Ok(g) = m.lock() else { x().await; return };",
        "loop { { let g = m.lock().unwrap(); g.push(1) } x().await; }",
        // Words of other types, too.
        "let g = other.read().unwrap(); x().await; g.len()",
        "let g = other.write(); x().await; g.len()",
        "let g = name.borrow(); x().await; g.len()",
        "let g = other.lock()?; x().await; g.len()",
        "let g = other.lock(7).unwrap(); x().await; g.len()",
        "let rw = sensor(); let g = rw.read().unwrap(); x().await;",
        "let g = file.lock(); x().await;",
        // Not seen.
        "select! { g = m.lock().unwrap() => x().await }",
        "let g = guard_of(&m); x().await;",
        // Being typed.
        "let g = m.lock().unwrap(); x().await; g.",
    ] {
        expand_any(&function(body));
    }
    expand_any("async fn f(rw: fn(RwLock<u8>)) { fn inner() { let g = m.lock().unwrap(); } inner().await }");
    expand_any("fn f() { let g = m.lock().unwrap(); x().await }");
}

#[test]
fn r3_answers_that_are_old() {
    for body in [
        "let old = ctx.is_alive(); x().await; if old {}",
        "let old = !ev.is_cancelled(); x().await; if !old { return }",
        "let old = ev.context().is_alive(); x().await; if a && (!old || b) {}",
        "let c = ev.context(); let old = c.is_alive(); x().await; while old {}",
        "let c = ctx.clone(); let old = c.is_alive(); x().await; match old { true => {} false => {} }",
        "let old = ctx.is_alive(); if a { x().await } else { y().await } if old {}",
        "let old = ctx.is_alive(); if a { x().await } else { return } if old {}",
        "let old = ctx.is_alive(); let Some(n) = x().await else { return }; if old {}",
        "let old = ctx.is_alive(); loop { if old { break } x().await; }",
        "let old = ctx.is_alive(); while old { x().await; }",
        "let old = ctx.is_alive(); for n in ns { x(n).await; } if old {}",
        "let old = ctx.is_alive(); { let old = 1; } x().await; if old {}",
        "let old; old = 1; let mut old = true; old = ctx.is_alive(); x().await; if old {}",
        "let old = ctx.is_alive(); x().await; match a { n if old => {} _ => {} }",
    ] {
        assert_eq!(found(body), ["old"], "{body}");
    }
}

#[test]
fn r3_answers_that_may_be_meant() {
    for body in [
        "let old = ctx.is_alive(); if old { x().await }",
        "let old = ctx.is_alive(); x().await; if old && !ctx.is_alive() {}",
        "let mut old = ctx.is_alive(); x().await; old = ctx.is_alive(); if old {}",
        "let old = ctx.is_alive(); x().await; let old = ctx.is_alive(); if old {}",
        "let old = ctx.is_alive(); x().await; let old = 5; if old {}",
        "loop { let old = ctx.is_alive(); if old { break } x().await; }",
        "let mut old = ctx.is_alive(); while old { x().await; old = ctx.is_alive(); }",
        "let old = ctx.is_alive(); if a { x().await; return; } if old {}",
        "let old = ctx.is_alive(); if a { x().await } else if old {}",
        "let old = ctx.is_alive(); match a { 1 => x().await, _ => if old {} }",
        "let old = ctx.is_alive(); match a { 1 => return x().await, _ => {} } if old {}",
        "let old = ctx.is_alive(); let Some(n) = a else { return x().await }; if old {}",
        "let old = ctx.is_alive(); let task = async { x().await }; if old {}",
        "let old = ctx.is_alive(); x().await; log(old); info!(old); let n = old;",
        // Others have such methods, too: these never change.
        "let error = x().await.unwrap_err(); let old = error.is_cancelled(); y().await; if old {}",
        "let old = other.is_alive(); x().await; if old {}",
        "let ctx = other(); let old = ctx.is_alive(); x().await; if old {}",
        "match a { ctx => { let old = ctx.is_alive(); x().await; if old {} } }",
        "for ctx in others { let old = ctx.is_alive(); x().await; if old {} }",
    ] {
        expand_any(&function(body));
    }
}

#[test]
fn deep_loops_are_walked_in_time() {
    let body = format!("{}x().await;{}", "loop { ".repeat(40), " }".repeat(40));
    expand_any(&function(&body));
}
