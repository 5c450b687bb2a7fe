//! What policies are called.

use std::{fmt, fs, path::Path, sync::Arc, time::Duration};

use tower_auth::{
    Decision, Login, Step, Unavailable,
    policy::{
        Access, BoxPolicy, Policy, PolicyExt, View, all_of, all_roles, any_of, any_role, anyone,
        authenticated, check_with, load, login, named, owner, role, same_origin, same_tenant,
        scope, scopes, when,
    },
};

use crate::member::Member;

/// What makes a policy, one that it makes, and what that is called.
type Row = (&'static str, BoxPolicy<Member>, &'static str);

fn rows() -> Vec<Row> {
    let admin = || role("admin");
    let [a, b] = ["a", "b"].map(|name| move || named(name, anyone()));
    let rows = vec![
        ("anyone", anyone().boxed(), "anyone"),
        ("authenticated", authenticated().boxed(), "authenticated"),
        ("role", admin().boxed(), "role(admin)"),
        ("any_role", any_role(["a", "b"]).boxed(), "any_role(a, b)"),
        (
            "all_roles",
            all_roles(["a", "b"]).boxed(),
            "all_roles(a, b)",
        ),
        ("scope", scope("docs:write").boxed(), "scope(docs:write)"),
        ("scopes", scopes(["a", "b"]).boxed(), "scopes(a, b)"),
        (
            "owner",
            owner(|_: &Access<'_, Member>| None).boxed(),
            "owner",
        ),
        (
            "same_tenant",
            same_tenant(|_: &Access<'_, Member>| None).boxed(),
            "same_tenant",
        ),
        (
            "login",
            login(
                Login::not_older_than(Duration::from_secs(300)).and(Login::one_of(["phr", "a b"])),
            )
            .boxed(),
            r#"login(not_older_than(300s), one_of(phr, "a b"))"#,
        ),
        (
            "login",
            login(Login::one_of(["not_older_than(300s)"])).boxed(),
            r#"login(one_of("not_older_than(300s)"))"#,
        ),
        ("same_origin", same_origin().boxed(), "same_origin"),
        ("when", when(|_: &Member| true).boxed(), "when"),
        (
            "check_with",
            check_with((), async |(), _: View<Member>| true).boxed(),
            "check_with",
        ),
        (
            "load",
            load((), async |(), _: View<Member>| {
                Ok::<_, Unavailable>(Some(7_u8))
            })
            .then(a().hide())
            .boxed(),
            "load(u8).then(a.hide())",
        ),
        (
            "load",
            load((), async |(), _: View<Member>| {
                Ok::<_, Unavailable>(Some(Arc::new(String::new())))
            })
            .then(a())
            .boxed(),
            "load(String).then(a)",
        ),
        (
            "named",
            named("weekday", |_: &Access<'_, Member>| true).boxed(),
            "weekday",
        ),
        ("all_of", all_of([a(), b()]).boxed(), "all_of(a, b)"),
        ("any_of", any_of([a(), b()]).boxed(), "any_of(a, b)"),
        ("and", a().and(b()).boxed(), "all_of(a, b)"),
        ("or", a().or(b()).boxed(), "any_of(a, b)"),
        ("then", a().then(b()).boxed(), "a.then(b)"),
        ("hide", a().hide().boxed(), "a.hide()"),
        (
            "hide_from_principals",
            a().hide_from_principals().boxed(),
            "a.hide_from_principals()",
        ),
        ("boxed", admin().boxed().boxed(), "role(admin)"),
    ];
    let rows = rows.into_iter().chain(joined());
    rows.chain(in_time()).chain(by_address()).collect()
}

/// Chains are flat, and nothing else is.
fn joined() -> Vec<Row> {
    let admin = || role("admin");
    let [a, b, c] = ["a", "b", "c"].map(|name| move || named(name, anyone()));
    let nobody = || any_of(Vec::<BoxPolicy<Member>>::new());
    vec![
        ("or", a().or(b()).or(c()).boxed(), "any_of(a, b, c)"),
        ("or", a().or(b().or(c())).boxed(), "any_of(a, b, c)"),
        ("or", a().or(any_of([b(), c()])).boxed(), "any_of(a, b, c)"),
        (
            "or",
            a().or(Arc::new(b().or(c()).boxed())).boxed(),
            "any_of(a, b, c)",
        ),
        (
            "or",
            a().or(named("d", b().or(c()))).boxed(),
            "any_of(a, d)",
        ),
        (
            "or",
            a().or(b().or(c()).hide()).boxed(),
            "any_of(a, any_of(b, c).hide())",
        ),
        (
            "or",
            a().and(b()).or(c()).boxed(),
            "any_of(all_of(a, b), c)",
        ),
        (
            "or",
            a().or(all_of([b().or(c()).boxed()])).boxed(),
            "any_of(a, all_of(any_of(b, c)))",
        ),
        ("or", a().or(nobody()).boxed(), "any_of(a, any_of())"),
        ("and", a().and(b()).and(c()).boxed(), "all_of(a, b, c)"),
        (
            "and",
            a().or(b()).and(c()).boxed(),
            "all_of(any_of(a, b), c)",
        ),
        ("any_of", nobody().boxed(), "any_of()"),
        (
            "then",
            a().or(b()).then(c()).boxed(),
            "any_of(a, b).then(c)",
        ),
        (
            "then",
            a().or(b().then(c())).boxed(),
            "any_of(a, b.then(c))",
        ),
        (
            "hide",
            named("owner", when(|_: &Member| true))
                .or(admin())
                .hide()
                .boxed(),
            "any_of(owner, role(admin)).hide()",
        ),
    ]
}

#[cfg(feature = "address")]
fn by_address() -> Vec<Row> {
    use std::net::SocketAddr;

    use tower_auth::{
        address::ClientAddress,
        policy::{from_networks, not_from_networks},
    };

    let client = || ClientAddress::extension(SocketAddr::ip);
    let office = from_networks(client(), ["10.0.0.0/8", "::1"]).boxed();
    let others = not_from_networks(client(), ["192.0.2.0/24"]).boxed();
    vec![
        ("from_networks", office, "from_networks(10.0.0.0/8, ::1)"),
        (
            "not_from_networks",
            others,
            "not_from_networks(192.0.2.0/24)",
        ),
    ]
}

#[cfg(not(feature = "address"))]
fn by_address() -> Vec<Row> {
    Vec::new()
}

#[cfg(feature = "deadline")]
fn in_time() -> Vec<Row> {
    let soon = anyone().within(Duration::from_secs(5)).boxed();
    let sooner = role("a").hide().within(Duration::from_millis(1500)).boxed();
    vec![
        ("within", soon, "anyone.within(5s)"),
        ("within", sooner, "role(a).hide().within(1.5s)"),
    ]
}

#[cfg(not(feature = "deadline"))]
fn in_time() -> Vec<Row> {
    Vec::new()
}

#[test]
fn every_policy_is_called_by_its_name() {
    for (_, policy, name) in rows() {
        assert_eq!(policy.text().to_string(), name);
        assert_eq!(format!("{:#?}", policy.text()), name);
        assert_eq!(format!("{:+}{0:#}", policy.text()), name.repeat(2));
        // However it is held.
        let shared = Arc::new(policy);
        assert_eq!(shared.text().to_string(), name);
        let erased: Arc<dyn Policy<Member>> = shared;
        assert_eq!(erased.text().to_string(), name);
    }
}

fn source(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The functions that the room lists, and the methods that make policies of policies.
fn constructors() -> Vec<String> {
    let index = source("src/policy/mod.rs");
    let listed = index
        .lines()
        .filter(|line| line.starts_with("pub use self::"));
    let items = listed.flat_map(|line| {
        let items = line.rsplit("::").next().unwrap();
        items.split([',', '{', '}', ';', ' '])
    });
    let functions = items.filter(|item| item.starts_with(|first: char| first.is_ascii_lowercase()));
    let methods = source("src/policy/ext.rs");
    let methods = methods.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("    fn ")?.split_once(['<', '('])?;
        (!rest.contains("Text<")).then(|| name.to_owned())
    });
    let all = functions.map(str::to_owned).chain(methods);
    let (late, by_address) = (cfg!(feature = "deadline"), cfg!(feature = "address"));
    let is_here =
        |name: &str| (late || name != "within") && (by_address || !name.ends_with("from_networks"));
    all.filter(|name| is_here(name)).collect()
}

#[test]
fn no_public_way_to_make_a_policy_is_left_out() {
    let constructors = constructors();
    let rows = rows();
    for known in ["anyone", "scopes", "any_of", "or", "boxed"] {
        assert!(
            constructors.iter().any(|name| name == known),
            "{constructors:?}"
        );
    }
    for name in constructors {
        let policy = rows.iter().find(|(of, ..)| *of == name);
        let (_, policy, _) = policy.unwrap_or_else(|| panic!("`{name}` has no row"));
        // A type's name begins with a capital.
        let text = policy.text().to_string();
        assert!(
            text.starts_with(|first: char| first.is_ascii_lowercase()),
            "{name}: {text}"
        );
    }
}

/// The files below `folder`.
fn files(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(files(&path));
        } else {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

#[test]
fn no_policy_of_the_crate_keeps_the_name_of_its_type() {
    let mut seen = 0;
    for text in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for block in text.split("\nimpl").skip(1) {
            let header = block.lines().next().unwrap();
            let of_what = header.split(" for ").next().unwrap();
            let of_what = of_what.rsplit([' ', ':']).next().unwrap();
            if !of_what.starts_with("Policy<") {
                continue;
            }
            let body = block.split("\n}\n").next().unwrap();
            assert!(body.contains("\n    fn describe("), "impl{header}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} policies found");
}

#[derive(Clone)]
struct OfMine<T>(T);

impl<T: Clone + Send + Sync + 'static> Policy<Member> for OfMine<T> {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        Step::Now(Decision::Allow)
    }
}

/// Shows what it knows with the formatter that it was handed.
struct Shown([i32; 2]);

impl Policy<Member> for Shown {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        Step::Now(Decision::Allow)
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[test]
fn what_a_policy_of_ones_own_writes_reads_the_same_wherever_it_stands() {
    let shown = || Shown([5, -6]);
    let rows: [(BoxPolicy<Member>, &str); 5] = [
        (shown().boxed(), "[5, -6]"),
        (shown().or(shown()).boxed(), "any_of([5, -6], [5, -6])"),
        (shown().and(shown()).boxed(), "all_of([5, -6], [5, -6])"),
        (
            any_of([shown()]).or(shown()).boxed(),
            "any_of([5, -6], [5, -6])",
        ),
        (
            shown().and(shown().or(anyone())).boxed(),
            "all_of([5, -6], any_of([5, -6], anyone))",
        ),
    ];
    for (policy, text) in rows {
        assert_eq!(policy.text().to_string(), text);
        // Nor do flags of the reader's change it.
        assert_eq!(format!("{:#?}", policy.text()), text);
        assert_eq!(format!("{:&<+3}", policy.text()), text);
        assert_eq!(format!("{:|<3}", policy.text()), text);
    }
}

fn office_hours(_: &Access<'_, Member>) -> bool {
    false
}

#[test]
fn a_policy_of_ones_own_is_called_like_its_type_or_function_unless_it_says_more() {
    assert_eq!(OfMine(1).text().to_string(), "OfMine");
    assert_eq!(
        OfMine(OfMine("")).or(OfMine(2)).text().to_string(),
        "any_of(OfMine, OfMine)"
    );
    assert_eq!(
        office_hours.hide().text().to_string(),
        "office_hours.hide()"
    );
    let pointer: fn(&Access<'_, Member>) -> bool = office_hours;
    assert_eq!(pointer.text().to_string(), "closure");
    let closure = |_: &Access<'_, Member>| true;
    assert_eq!(
        closure.or(office_hours).text().to_string(),
        "any_of(closure, office_hours)"
    );
}

#[test]
fn no_name_that_somebody_gives_breaks_a_line_or_moves_a_terminal() {
    let names = [
        "a\nb",
        "a\r",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{85}",
        "\u{2028}",
        "\u{7f}",
        "\0",
        "a\u{9b}31m",
    ];
    for name in names {
        let policies: [BoxPolicy<Member>; 8] = [
            role(name).boxed(),
            any_role([name]).boxed(),
            all_roles([name, name]).boxed(),
            scope(name).boxed(),
            scopes([name]).boxed(),
            login(Login::one_of([name])).boxed(),
            named(name, anyone()).boxed(),
            named(name, anyone()).or(role(name).hide()).boxed(),
        ];
        for policy in policies {
            let text = policy.text().to_string();
            assert!(
                text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_name_that_somebody_gives_reads_like_no_other_policy() {
    for name in ["a), role(b", "a, b", "a.hide()", "\"", ""] {
        let text = PolicyExt::<Member>::text(&role(name)).to_string();
        assert_eq!(text, format!("role({name:?})"));
    }
}
