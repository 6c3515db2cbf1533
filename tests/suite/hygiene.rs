//! The expansion of `#[isolate_fn]` in surroundings where careless generated code would break: it names everything by its
//! full path, and its locals meet nobody else's.

mod lints;
mod macros;
mod names;
mod no_prelude;

use crate::support::*;
use isolock_tests::block_on;

#[test]
fn r2_without_a_prelude() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let bindings = (no_prelude::add {}, no_prelude::greet { greeting: "hello ".into() }, no_prelude::later {});
            lock.install(bindings)
        });
        assert_eq!(text(&ctx, "greet('you') + add(1, 2)"), "hello you3");
        assert_eq!(text(&ctx, "later('x')"), "x!");
        assert_eq!(block_on(no_prelude::later::run(&ctx, "y".into())).unwrap(), "y!");
    });
}

#[test]
fn r2_among_types_and_modules_of_the_same_names() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let kept = names::kept { result: names::Result(1.0), args: names::Option(2.0) };
            lock.install((names::shadowed {}, kept, names::later { ev: names::String("z".into()) }))
        });
        assert_eq!(text(&ctx, "`${shadowed(1, 2, 3, 4, 5)} ${kept(4)} ${kept.length}`"), "15 7 1");
        assert_eq!(text(&ctx, "later(1, 2)"), "z12");
        let kept = names::kept { result: names::Result(5.0), args: names::Option(6.0) };
        assert_eq!(block_on(kept.run(&ctx, 1.0)).unwrap(), 12.0);
        assert_eq!(block_on(names::shadowed::run(&ctx, 1.0, 1.0, 1.0, 1.0, 1.0)).unwrap(), 5.0);
    });
}

#[test]
fn r2_inside_macros() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let scaled = macros::scaled { value: 3.0, factor: 2.0 };
            lock.install((macros::increment {}, macros::decrement {}, scaled, macros::tagged { tag: "<".to_owned() }))
        });
        assert_eq!(text(&ctx, "`${increment(5)} ${decrement(5)} ${scaled(1)} ${tagged('x')}`"), "6 4 7 <x");
        assert_eq!(block_on(macros::increment::run(&ctx, 1.0)).unwrap(), 2.0);
    });
}

#[test]
fn r2_under_strict_lints() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let put = lints::put_text { texts: std::sync::Arc::default() };
            lock.install((lints::scale {}, put, lints::later { wait: 1 }, lints::Pair::first_binding()))
        });
        assert_eq!(text(&ctx, "`${scale(2)} ${putText('a')} ${putText('b', 3)}`"), "4 1 4");
        assert_eq!(number(&ctx, "later(2)"), 3.0);
        assert_eq!(text(&ctx, "first('x')"), "1s");
    });
}

#[test]
fn r2_published_by_a_library() {
    use isolock_tests::published::{join, sum};
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let join = join { head: 1, _size: std::marker::PhantomData::<[(); 2]>, separator: "-".into() };
            lock.install((join, sum {}))
        });
        assert_eq!(text(&ctx, "join('x').then(joined => joined + sum(1, 2))"), "1--x3");
    });
}
