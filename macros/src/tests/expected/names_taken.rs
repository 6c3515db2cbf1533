fn f(ctx: f64, args: f64, lock: f64, _lock: f64, lock_: f64, f: f64) -> f64 {
    f
}
/// The binding of the function [`f`](fn@f): install `f {}` and JavaScript calls it as `f`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct f {}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for f {
    const NAME: &'static str = "f";
    const LENGTH: i32 = 6;
    fn call<'s>(
        &self,
        lock__: &mut ::isolock::Lock<'s>,
        args_: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let ctx = args_.get::<f64>(lock__, 0, "ctx")?;
        let args = args_.get::<f64>(lock__, 1, "args")?;
        let lock = args_.get::<f64>(lock__, 2, "lock")?;
        let _lock = args_.get::<f64>(lock__, 3, "_lock")?;
        let lock_ = args_.get::<f64>(lock__, 4, "lock_")?;
        let f = args_.get::<f64>(lock__, 5, "f")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            f(ctx, args, lock, _lock, lock_, f),
            lock__,
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl f {
    /// Runs `f` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        ctx_: &::isolock::IoContext,
        ctx: f64,
        args: f64,
        lock: f64,
        _lock: f64,
        lock_: f64,
        f: f64,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<f64, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::IoContext::run(
            ctx_,
            (ctx, args, lock, _lock, lock_, f),
            |_lock_, (ctx, args, lock, _lock, lock_, f)| f(
                ctx,
                args,
                lock,
                _lock,
                lock_,
                f,
            ),
        )
    }
}
