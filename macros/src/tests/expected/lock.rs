fn log(lock: &mut Lock<'_>, text: String) {
    lock.console_log(&text)
}
/// The binding of the function [`log`](fn@log): install `log {}` and JavaScript calls it as `log`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct log {}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for log {
    const NAME: &'static str = "log";
    const LENGTH: i32 = 1;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let text = args.get::<String>(lock, 0, "text")?;
        ::isolock::__private::IntoOutcome::into_outcome(log(lock, text), lock)
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl log {
    /// Runs `log` as a turn of `ctx`, from any thread, and resolves to what it returns.
    /// Inside a turn, call the function itself: one already holds the lock.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        ctx: &::isolock::IoContext,
        text: String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<(), ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        ::isolock::IoContext::run(ctx, (text,), |lock, (text,)| log(lock, text))
    }
}
