pub(crate) fn log(
    out: &Arc<Mutex<Vec<String>>>,
    line: String,
    prefix: String,
    kind: &'static str,
    level: Option<u32>,
    more: f64,
) -> Result<(), LogError> {
    out.lock()?.push(format!("{prefix}{kind}{line}"));
    Ok(())
}
/// The binding of the function [`log`](fn@log): its fields are what the function captures, and JavaScript calls it as `log`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub(crate) struct log {
    /// Where lines go.
    pub(crate) out: Arc<Mutex<Vec<String>>>,
    /// What `log` captures as `prefix`.
    pub(crate) prefix: String,
    /// What `log` captures as `kind`.
    pub(crate) kind: &'static str,
}
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
        let line = args.get::<String>(lock, 0, "line")?;
        let level = args.get::<Option<u32>>(lock, 1, "level")?;
        let more = args.get::<f64>(lock, 2, "more")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            log(
                &self.out,
                line,
                ::core::clone::Clone::clone(&self.prefix),
                ::core::clone::Clone::clone(&self.kind),
                level,
                more,
            ),
            lock,
        )
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
    pub(crate) fn run(
        self,
        ctx: &::isolock::IoContext,
        line: String,
        level: Option<u32>,
        more: f64,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Result<(), LogError>, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        let Self { out, prefix, kind } = self;
        ::isolock::IoContext::run(
            ctx,
            (out, prefix, kind, line, level, more),
            |_lock, (out, prefix, kind, line, level, more)| log(
                &out,
                line,
                prefix,
                kind,
                level,
                more,
            ),
        )
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::isolock::__private::assert_capture_ref::<Arc<Mutex<Vec<String>>>>();
    ::isolock::__private::assert_capture::<String>();
    ::isolock::__private::assert_capture::<&'static str>();
};
