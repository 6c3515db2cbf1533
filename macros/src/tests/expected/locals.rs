/// The value itself.
fn same<'t>(
    lock: &mut isolock::Lock<'t>,
    v: Option<Local<'t, Value>>,
    n: &u32,
) -> Local<'t, Value> {
    v
}
/// The binding of the function [`same`](fn@same): its fields are what the function captures, and JavaScript calls it as `same`.
///
/// It has no `run`: its signature has types that can't leave a turn (R7 no-escape).
///
/// The value itself.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct same {
    /// What `same` captures as `n`.
    n: u32,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for same {
    const NAME: &'static str = "same";
    const LENGTH: i32 = 0;
    fn call<'t>(
        &self,
        lock: &mut ::isolock::Lock<'t>,
        args: &::isolock::__private::Arguments<'t>,
    ) -> ::isolock::__private::Outcome<'t> {
        let v = args.get::<Option<Local<'t, Value>>>(lock, 0, "v")?;
        ::isolock::__private::IntoOutcome::into_outcome(same(lock, v, &self.n), lock)
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::isolock::__private::assert_capture_ref::<u32>();
};
