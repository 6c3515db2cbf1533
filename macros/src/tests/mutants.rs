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

const AFFINE: &[&str] = &[
    "/// A store.\npub struct Kv { own_conn: Connection, hits: u64, #[affine(reason = \"why\")] driver: Driver }",
    "#[cfg(unix)] enum E<T: Clone = u8, const N: usize = 4> where T: Copy { A, #[cfg(x)] B { own_fd: Rc<T>, home: AtHome }, C(T, IoContext) }",
    "struct T<'a>(#[affine(reason = \"x\")] &'a str, Local<'a, u8>);",
    "impl Kv { const N: u8 = 1; #[isolate_fn] pub fn hits(&mut self, lock: &mut Lock<'_>, key: &str) -> Result<Self, E> { x } fn g() {} }",
    "impl<T: Row, const N: usize> Store<T> for db::Pool<T, N> where T: From<Self::K> { type K = u8; #[isolate_fn(nested)] fn get<K>(self, k: Self::K, f: impl Fn(K)) -> Option<[T; Self::N]> { None } }",
    "impl Kv { #[isolate_fn] async fn refresh(this: KvHandle, ev: Event, url: String) -> u8 { x } #[isolate_fn] async fn bad(&self, this: u8) -> Self {} }",
    "impl Kv { #[isolate_fn] unsafe extern \"C\" fn raw<'a>(self: Box<Self>, #[cfg(x)] (a, b): &'a mut [&u8], ...) -> &'a ! { block_on(x) } m!{} }",
    "unsafe impl Send for Kv {}",
];

const AFFINE_ATTRS: &[&str] =
    &["owner = context, handle = KvRef, crate = a::b", "owner = 5, owner, handle = \"x\", js, ="];

#[test]
fn mutants_of_affine_items_never_panic_and_stay_rust_or_become_errors() {
    let mut count = 0;
    let attrs = ["owner = thread", "owner = context", ""];
    for (sample, attr) in AFFINE.iter().flat_map(|sample| attrs.iter().map(move |attr| (sample, attr))) {
        let original: Vec<_> = tokens(sample).into_iter().collect();
        mutate(&original, &mut |mutant| {
            assert_affine_sound(tokens(attr), mutant);
            count += 1;
        });
    }
    for (attr, sample) in AFFINE_ATTRS.iter().flat_map(|attr| [AFFINE[0], AFFINE[3]].map(move |sample| (attr, sample)))
    {
        let original: Vec<_> = tokens(attr).into_iter().collect();
        mutate(&original, &mut |mutant| {
            assert_affine_sound(mutant, tokens(sample));
            count += 1;
        });
    }
    assert!(count > 3000, "only {count} mutants");
}

/// The expansion has errors of ours, or it is Rust if the item was.
fn assert_affine_sound(attr: TokenStream, item: TokenStream) {
    let (expansion, errors) = crate::affine::analyse(attr, item.clone());
    if !errors.is_empty() {
        assert!(expansion.to_string().contains(":: core :: compile_error"), "{item}");
        return;
    }
    if syn::parse2::<syn::Item>(item.clone()).is_err() {
        return;
    }
    if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
        panic!("{error}: {item}\n{expansion}");
    }
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
