//! Signatures of annotated functions: what they are generic over, their lifetimes, and what they capture on trust.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    fmt::{self, Display},
    marker::PhantomData,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};
use v8::Local;

#[test]
fn r1_lock_by_alias() {
    use isolock::Lock as Js;

    #[isolate_fn]
    fn log(lock: &mut Lock<'_>, line: String) -> Result<(), RunError> {
        write(lock, line)
    }

    // Other functions may call it as they like.
    fn write(js: &mut Js<'_>, line: String) -> Result<(), RunError> {
        js.set_global("line", line)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((log {},)));
        assert_eq!(text(&ctx, "log('x'); line"), "x");
    });
}

#[test]
fn r2_type_parameter_in_no_capture() {
    #[isolate_fn]
    fn echo<T: Portable + for<'s> FromJs<'s> + for<'s> IntoJs<'s>>(#[capture] _kind: PhantomData<T>, value: T) -> T {
        value
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((echo { _kind: PhantomData::<String> },)));
        assert_eq!(text(&ctx, "echo('x')"), "x");
        assert!(threw(block_on(ctx.eval::<String>("echo(1)"))).message.contains("expected a string"));
    });
}

#[test]
fn r2_const_parameter_in_no_capture() {
    #[isolate_fn]
    fn round<const DIGITS: usize>(#[capture] _digits: PhantomData<[(); DIGITS]>, value: f64) -> String {
        format!("{value:.DIGITS$}")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((round::<2> { _digits: PhantomData },)));
        assert_eq!(text(&ctx, "round(1 / 3)"), "0.33");
    });
}

#[test]
fn r2_generic_capture_not_portable() {
    #[isolate_fn]
    fn describe<T: Display + Portable>(#[capture] thing: &T, suffix: String) -> String {
        format!("{thing}{suffix}")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((describe { thing: 5 },)));
        assert_eq!(text(&ctx, "describe('!')"), "5!");
    });
}

#[test]
fn r2_generic_binding_of_wrong_type() {
    struct Greeting(String);

    impl Portable for Greeting {}

    impl Display for Greeting {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.0)
        }
    }

    #[isolate_fn]
    fn describe<T: Display + Portable>(#[capture] thing: &T) -> String {
        thing.to_string()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((describe { thing: Greeting("hello".into()) },)));
        assert_eq!(text(&ctx, "describe()"), "hello");
    });
}

#[test]
fn r2_generic_argument_not_from_js() {
    #[isolate_fn]
    fn remember<T: Portable + Sync + Clone + for<'s> FromJs<'s>>(#[capture] last: &Arc<Mutex<Vec<T>>>, value: T) {
        last.lock().unwrap().push(value);
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let last = Arc::new(Mutex::new(Vec::<f64>::new()));
        block_on(ctx.try_run((last.clone(),), |lock, (last,)| lock.install((remember { last },)))).unwrap();
        block_on(ctx.eval::<()>("remember(1.5); remember(2); 0")).unwrap();
        assert_eq!(*last.lock().unwrap(), [1.5, 2.0]);
    });
}

#[test]
fn r2_impl_trait_argument() {
    #[isolate_fn]
    fn shout(#[capture] mark: &impl TextOf, text: String) -> String {
        text.to_uppercase() + mark.text()
    }

    trait TextOf: Portable {
        fn text(&self) -> &str;
    }

    impl TextOf for String {
        fn text(&self) -> &str {
            self
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((shout { mark: "!".to_owned() },)));
        assert_eq!(text(&ctx, "shout('x')"), "X!");
    });
}

#[test]
fn r2_impl_trait_returned() {
    #[isolate_fn]
    fn squares(up_to: u32) -> Vec<u32> {
        (0..up_to).map(|n| n * n).collect()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((squares {},)));
        assert_eq!(text(&ctx, "squares(4).join()"), "0,1,4,9");
    });
}

#[test]
fn r2_event_by_alias() {
    #[isolate_fn]
    async fn stop(ev: Event) -> bool {
        ev.cancel()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((stop {},)));
        assert!(block_on(ctx.eval::<bool>("stop()")).unwrap());
    });
}

/// As from another crate: nobody said that it is portable.
#[derive(Clone, PartialEq)]
struct ThirdParty(u8);

#[test]
fn r2_trusted_without_reason() {
    #[isolate_fn]
    fn is_first(#[capture(trusted = "a byte, no V8")] which: ThirdParty) -> bool {
        which == ThirdParty(1)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((is_first { which: ThirdParty(1) },)));
        assert_eq!(text(&ctx, "String(isFirst())"), "true");
        assert!(
            isolock::trusted().iter().any(|used| used.why == "a byte, no V8" && used.type_name.ends_with("ThirdParty"))
        );
    });
}

#[test]
fn r2_trusted_with_empty_reason() {
    #[isolate_fn]
    async fn is_second(#[capture(trusted = "two numbers, no V8")] which: (ThirdParty, ThirdParty)) -> bool {
        which.1 == ThirdParty(2)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let binding = is_second { which: (ThirdParty(1), ThirdParty(2)) };
        assert!(block_on(binding.run(&ctx)).unwrap());
        assert!(isolock::trusted().iter().any(|used| used.why == "two numbers, no V8" && used.at.file() == file!()));
    });
}

#[test]
fn r2_trusted_not_send() {
    #[isolate_fn]
    fn tally(#[capture] hits: &Arc<AtomicU32>) -> u32 {
        hits.fetch_add(1, Ordering::Relaxed) + 1
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((tally { hits: Arc::default() },)));
        assert_eq!(number(&ctx, "tally(); tally()"), 2.0);
    });
}

#[test]
fn r2_capture_with_unknown_option() {
    #[isolate_fn]
    fn greet(#[capture] greeting: String, name: String) -> String {
        format!("{greeting}, {name}")
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((greet { greeting: "hello".into() },)));
        assert_eq!(text(&ctx, "greet('you')"), "hello, you");
    });
}

#[test]
fn r2_condition_on_lock() {
    #[isolate_fn]
    fn version(lock: &mut Lock<'_>, #[cfg(debug_assertions)] asked_by: String, plain: bool) -> String {
        #[cfg(debug_assertions)]
        lock.console_log(&format!("{asked_by} asked for the version"));
        let _ = (lock, plain);
        "1.0".into()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((version {},)));
        let arguments = if cfg!(debug_assertions) { "'me', true" } else { "true" };
        assert_eq!(
            text(&ctx, &format!("version({arguments}) + version.length")),
            if cfg!(debug_assertions) { "1.02" } else { "1.01" }
        );
        // The condition holds or doesn't, and neither is written twice.
        #[cfg(debug_assertions)]
        let later = version::run(&ctx, "me".into(), false);
        #[cfg(not(debug_assertions))]
        let later = version::run(&ctx, false);
        assert_eq!(block_on(later).unwrap(), "1.0");
    });
}

mod fetch {
    use isolock::prelude::*;

    #[isolate_fn]
    pub(super) fn fetch(url: String) -> String {
        url
    }
}

#[test]
fn r2_function_imported_beside_its_module() {
    use fetch::fetch as fetch_it;

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((fetch::fetch {},)));
        assert_eq!(text(&ctx, "fetch('x')"), "x");
        assert_eq!(fetch_it("y".into()), "y");
        assert_eq!(block_on(fetch_it::run(&ctx, "z".into())).unwrap(), "z");
    });
}

mod math {
    pub(super) fn half(n: f64) -> f64 {
        n / 2.0
    }
}

#[isolate_fn(name = "math")]
fn do_math(n: f64) -> f64 {
    math::half(n)
}

#[test]
fn r2_function_named_as_module() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((do_math {},)));
        assert_eq!(number(&ctx, "math(5)"), 2.5);
    });
}

#[test]
fn r2_unsafe_function_annotated() {
    #[isolate_fn]
    fn peek(#[capture] bytes: &Vec<u8>, at: u32) -> Option<u8> {
        bytes.get(at as usize).copied()
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((peek { bytes: vec![1, 2] },)));
        assert_eq!(text(&ctx, "`${peek(1)} ${peek(2)}`"), "2 undefined");
    });
}

#[test]
fn r7_argument_of_another_lifetime() {
    #[isolate_fn]
    fn is_undefined<'s>(lock: &mut Lock<'s>, value: Local<'s, v8::Value>) -> bool {
        let undefined = lock.undefined();
        value.strict_equals(undefined)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((is_undefined {},)));
        assert_eq!(text(&ctx, "`${isUndefined()} ${isUndefined(1)}`"), "true false");
    });
}

#[test]
fn r7_capture_lent_for_whole_turn() {
    #[isolate_fn]
    fn tag<'s>(lock: &mut Lock<'s>, #[capture] prefix: &String, value: Local<'s, v8::Value>) -> String {
        format!("{prefix}{}", value.to_rust_string_lossy(lock))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((tag { prefix: "<".into() },)));
        assert_eq!(text(&ctx, "tag(1)"), "<1");
    });
}

#[test]
fn r7_turn_outlived_by_capture() {
    #[isolate_fn]
    fn tag<'s, 'c>(lock: &mut Lock<'s>, #[capture] prefix: &'c String, value: Local<'s, v8::Value>) -> String {
        let prefix: &'c str = prefix;
        format!("{prefix}{}", value.to_rust_string_lossy(lock))
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((tag { prefix: "<".into() },)));
        assert_eq!(text(&ctx, "tag(2)"), "<2");
    });
}
