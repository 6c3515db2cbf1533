//! Robustness: functions with tokens deleted, doubled or swapped. Editors expand macros on such code all the time.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::tokens;
use crate::pipeline::analyse;

const SAMPLES: &[&str] = &[
    "/// Adds.\npub fn add(a: f64, b: f64) -> f64 { a + b }",
    "fn nothing() {}",
    "pub(crate) const fn zero() -> u8 { 0 }",
    "fn log(#[capture] out: &Arc<Mutex<Vec<String>>>, line: String) { out.push(line) }",
    "fn mixed(lock: &mut Lock<'_>, #[capture] a: A, b: Option<B>, #[capture] c: &C) -> Result<(), E> { Ok(()) }",
    "fn same<'s>(lock: &mut Lock<'s>, v: Local<'s, Value>) -> Local<'s, Value> { v }",
    "async fn sleep(ms: u32) { timer(ms).await }",
    "pub async fn fetch(ev: Event, #[capture] client: Client, url: String) -> Result<String, E> { ev.run((), |l, ()| ()).await }",
    "fn r#type(r#match: f64) -> r#struct { r#match }",
    "#[cfg(unix)] #[cfg_attr(windows, inline, cfg(x))] #[inline] fn c(#[capture] #[doc = \"x\"] a: u8) {}",
    "fn bad<T: Clone, const N: usize>(x: &str, (a, b): (u8, u8), y: impl Fn(u8)) -> impl Sized where T: Copy {}",
    "unsafe extern \"C\" fn raw(self: Box<Self>, n: u8, ...) -> ! { loop {} }",
    "async fn worse<'a>(lock: Lock<'a>, v: Local<'a, u8>, ctx: &IoContext, #[capture] m: &'a mut u8) -> &'a str { m }",
    "fn blocks(ev: Event) { block_on(async { thread::spawn(|| block_on(x)); }); ctx.run_blocking(|| ()) }",
    "#[isolate_fn] #[isolate_fn(name = \"b\")] fn twice() {}",
    "fn declared(a: u8);",
    "struct Unit;",
    "pub struct Fields { a: u8 }",
    "enum E { A, B(u8) }",
    "impl Foo { fn a(&self) {} }",
    "unsafe impl Send for Foo {}",
    "trait T { fn f(); }",
    "mod m { fn f() {} }",
    "use a::{b, c};",
    "static X: u8 = 1;",
    "const X: [u8; 2] = [1, 2];",
    "type A = B<C>;",
    "extern \"C\" { fn f(); }",
    "macro_rules! m { () => {} }",
    "union U { a: u8, b: f32 }",
    "fn generic<'a, 's: 'a, T: Into<u8> + Portable, const N: usize>(lock: &'a mut Lock<'s>, #[capture] t: &[T; N], v: Local<'s, V>) -> Local<'s, V> where T: View<'s> { v }",
    "async fn relay<T>(#[capture(trusted = \"why\")] c: Client<T>, #[capture] s: &(impl Source<T> + 'static), #[capture(trusted)] d: D) {}",
    "fn conditional(#[cfg(unix)] a: u8, #[cfg(not(test))] #[capture] b: &B, /** c */ c: u8, #[cfg_attr(x, allow(y))] d: u8) {}",
    "async fn old(ev: Event, #[capture] m: Arc<RwLock<u8>>) { let a = ev.context().is_alive(); if let Ok(g) = m.read() { x(&g).await } loop { if !a { break } y().await } match a { n if n => {} _ => drop(g) } }",
    "fn types(a: [u8; 4], b: fn(&str) -> u8, c: Arc<dyn for<'a> Fn(&'a str) + Send>, d: <A as B>::C, e: m!(x)) {}",
];

const ATTRS: &[&str] =
    &["", "name = \"x\"", "crate = ::a::b, name = \"y\",", "name = 1, name, foo(bar) = 2, crate = \"a\", , = ="];

#[test]
fn mutants_never_panic_and_stay_rust_or_become_errors() {
    let mut count = 0;
    for sample in SAMPLES {
        let original: Vec<_> = tokens(sample).into_iter().collect();
        mutate(&original, &mut |mutant| {
            assert_sound(TokenStream::new(), mutant);
            count += 1;
        });
    }
    for attr in ATTRS {
        let original: Vec<_> = tokens(attr).into_iter().collect();
        assert_sound(tokens(attr), tokens(SAMPLES[3]));
        mutate(&original, &mut |mutant| {
            assert_sound(mutant, tokens(SAMPLES[3]));
            count += 1;
        });
    }
    assert!(count > 3000, "only {count} mutants");
}

/// Calls `then` with every mutant of the tokens: at each level of nesting, each range of up to three tokens deleted or
/// doubled, and each two neighbours swapped.
fn mutate(tokens: &[TokenTree], then: &mut dyn FnMut(TokenStream)) {
    let stream = |parts: &[&[TokenTree]]| parts.iter().flat_map(|part| part.iter().cloned()).collect();
    for start in 0..tokens.len() {
        for end in start + 1..=tokens.len().min(start + 3) {
            let (before, range, after) = (&tokens[..start], &tokens[start..end], &tokens[end..]);
            then(stream(&[before, after]));
            then(stream(&[before, range, range, after]));
            if let [first, second] = range {
                then(stream(&[before, &[second.clone(), first.clone()], after]));
            }
        }
        if let TokenTree::Group(group) = &tokens[start] {
            let inner: Vec<_> = group.stream().into_iter().collect();
            mutate(&inner, &mut |mutant| {
                let group = TokenTree::Group(Group::new(group.delimiter(), mutant));
                then(stream(&[&tokens[..start], &[group], &tokens[start + 1..]]));
            });
        }
    }
}

/// The expansion has errors of ours, or it is Rust. Where the body isn't, it is rustc that says so, and the rest has to
/// be Rust without it.
fn assert_sound(attr: TokenStream, item: TokenStream) {
    let (expansion, errors) = analyse(attr, item.clone());
    if !errors.is_empty() {
        assert!(expansion.to_string().contains(":: core :: compile_error"), "{item}");
        return;
    }
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let body = item.clone().into_iter().filter(is_body).last().expect("a function has a body").to_string();
    let empty: TokenTree = Group::new(Delimiter::Brace, TokenStream::new()).into();
    let mut emptied = false;
    let expansion = expansion.into_iter().map(|token| {
        let is_users = !emptied && is_body(&token) && token.to_string() == body;
        emptied |= is_users;
        if is_users { empty.clone() } else { token }
    });
    let expansion: TokenStream = expansion.collect();
    assert!(emptied, "{item}\n{expansion}");
    if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
        panic!("{error}: {item}\n{expansion}");
    }
}
