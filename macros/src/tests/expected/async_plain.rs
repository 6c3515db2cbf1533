async fn sleep_ms(ms: u32) {
    timer(ms).await
}
/// The binding of the function [`sleep_ms`](fn@sleep_ms): install `sleep_ms {}` and JavaScript calls it as `sleepMs`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct sleep_ms {}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for sleep_ms {
    const NAME: &'static str = "sleepMs";
    const LENGTH: i32 = 1;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let ms = args.get::<u32>(lock, 0, "ms")?;
        ::isolock::__private::start(
            lock,
            <Self as ::isolock::__private::HostFunction>::NAME,
            (ms,),
            |_ev, (ms,)| sleep_ms(ms),
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl sleep_ms {
    /// Runs `sleep_ms` as a new event of `ctx`, from any thread, and resolves to what it returns.
    /// Nothing is held while it awaits.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        ctx: &::isolock::IoContext,
        ms: u32,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::__private::run_async(ctx, (ms,), |_ev, (ms,)| sleep_ms(ms))
    }
}
