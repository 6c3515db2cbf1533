fn lookup<'a, 's: 'a, 'db, T: View<'s> + Portable>(
    lock: &'a mut Lock<'s>,
    db: &'db Db<T>,
    table: &Table,
    key: Local<'s, Value>,
) -> Local<'s, Value>
where
    's: 'db,
    Vec<T>: Rows<'s>,
{
    db.get(lock, key)
}
/// The binding of the function [`lookup`](fn@lookup): its fields are what the function captures, and JavaScript calls it as `lookup`.
///
/// It has no `run`: its signature has types that can't leave a turn (R7 no-escape).
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct lookup<T: Portable>
where
    for<'s> T: View<'s>,
    for<'s> Vec<T>: Rows<'s>,
{
    /// What `lookup` captures as `db`.
    db: Db<T>,
    /// What `lookup` captures as `table`.
    table: Table,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl<T: Portable> ::isolock::__private::HostFunction for lookup<T>
where
    for<'s> T: View<'s>,
    for<'s> Vec<T>: Rows<'s>,
    Db<T>: ::isolock::Portable,
{
    const NAME: &'static str = "lookup";
    const LENGTH: i32 = 1;
    fn register() {
        ::isolock::__private::record_trusted::<Table>("a table");
    }
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let key = args.get::<Local<'s, Value>>(lock, 0, "key")?;
        ::isolock::__private::IntoOutcome::into_outcome(
            lookup::<T>(lock, &self.db, &self.table, key),
            lock,
        )
    }
}
#[allow(dead_code, clippy::multiple_bound_locations, deprecated)]
const _: () = {
    fn captures<T: Portable>()
    where
        for<'s> T: View<'s>,
        for<'s> Vec<T>: Rows<'s>,
    {
        ::isolock::__private::assert_capture_ref::<Db<T>>();
        ::isolock::__private::assert_trusted_capture_ref::<Table>();
    }
};
