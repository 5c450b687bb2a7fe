//! Owners and tenants: whose the thing is that a request is about.

use std::panic::resume_unwind;

use tower_auth::{
    Decision, Remedy,
    policy::{
        Access, BoxPolicy, HasId, Policy, PolicyExt, View, authenticated, check_with, owner, role,
        same_tenant,
    },
};

use crate::member::{Member, decide, statuses};

/// What somebody further out found out about the request.
#[derive(Clone)]
struct Document {
    owner: Option<u32>,
    tenant: Option<&'static str>,
}

const MINE: Document = Document {
    owner: Some(7),
    tenant: Some("acme"),
};
const THEIRS: Document = Document {
    owner: Some(8),
    tenant: Some("umbrella"),
};
const NOBODYS: Document = Document {
    owner: None,
    tenant: None,
};

/// Nothing is known of the request.
#[derive(Clone)]
struct Unknown;

fn of_owner() -> BoxPolicy<Member> {
    owner(|access: &Access<'_, Member>| access.extension::<Document>()?.owner).boxed()
}

fn of_tenant() -> BoxPolicy<Member> {
    same_tenant(|access: &Access<'_, Member>| access.extension::<Document>()?.tenant).boxed()
}

fn denies(decision: Decision) {
    let Decision::Deny(denial) = decision else {
        panic!("{decision:?}");
    };
    assert_eq!(*denial.remedy(), Remedy::OtherCredentials);
}

#[test]
fn who_owns_it_passes_and_nobody_else() {
    for policy in [of_owner, of_tenant] {
        let member = Member::with(&[]);
        assert_eq!(statuses(&member, policy(), MINE), [200, 401, 401]);
        assert_eq!(statuses(&member, policy(), THEIRS), [403, 401, 401]);
        assert_eq!(statuses(&member, policy(), NOBODYS), [403, 401, 401]);
        assert_eq!(statuses(&member, policy(), Unknown), [403, 401, 401]);
        assert_eq!(statuses(&member, policy().hide(), THEIRS), [404; 3]);
    }
}

#[test]
fn other_credentials_would_help_who_owns_nothing_of_it() {
    for policy in [of_owner(), of_tenant()] {
        let member = Member::with(&[]);
        denies(decide(&policy, Some(&member), THEIRS));
        denies(decide(&policy, Some(&member), NOBODYS));
        denies(decide(&policy, Some(&member), Unknown));
        denies(decide(&policy, None, MINE));
        denies(decide(&policy, None, NOBODYS));
    }
}

#[test]
fn the_log_is_told_where_nobody_knows_whose_it_is() {
    let member = Member::with(&[]);
    for policy in [of_owner(), of_tenant()] {
        let reason = |thing| decide(&policy, Some(&member), thing);
        assert!(
            reason(NOBODYS)
                .private_reason()
                .unwrap()
                .contains("nobody knows")
        );
        assert_eq!(reason(THEIRS).private_reason(), None);
    }
}

#[test]
fn who_is_of_no_tenant_is_of_the_same_as_nobody() {
    let staff = Member {
        tenant: None,
        ..Member::with(&[])
    };
    for thing in [MINE, THEIRS, NOBODYS] {
        assert_eq!(statuses(&staff, of_tenant(), thing), [403, 401, 401]);
    }
}

#[test]
fn who_has_no_id_owns_nothing_and_what_is_nobodys_least_of_all() {
    let robot = Member {
        id: None,
        ..Member::with(&[])
    };
    for thing in [MINE, THEIRS, NOBODYS] {
        denies(decide(&of_owner(), Some(&robot), thing.clone()));
        assert_eq!(statuses(&robot, of_owner(), thing), [403, 401, 401]);
    }
}

#[test]
fn whose_it_is_is_not_asked_about_strangers() {
    let never = |_: &Access<'_, Member>| -> Option<u32> { resume_unwind(Box::new("asked")) };
    denies(decide(&owner(never), None, MINE));
    let robot = Member {
        id: None,
        ..Member::with(&[])
    };
    denies(decide(&owner(never), Some(&robot), MINE));
    let never =
        |_: &Access<'_, Member>| -> Option<&'static str> { resume_unwind(Box::new("asked")) };
    denies(decide(&same_tenant(never), None, MINE));
    // About anybody else it is, and what panics is no pass.
    let member = Member::with(&[]);
    assert_eq!(statuses(&member, same_tenant(never), MINE), [503, 401, 401]);
}

#[test]
fn an_owner_joins_with_other_rules_whose_callers_are_inferred() {
    let owner_or_admin = owner(|access| access.extension::<Document>()?.owner)
        .or(role("admin"))
        .hide();
    let admin = Member::with(&["admin"]);
    assert_eq!(statuses(&admin, owner_or_admin, THEIRS), [200, 404, 404]);
}

/// Ids of a type that is compared, and nothing else.
#[derive(Clone)]
struct Robot(Serial);

#[derive(Clone, PartialEq)]
struct Serial(f64);

impl HasId for Robot {
    type Id = Serial;

    fn id(&self) -> Option<&Serial> {
        Some(&self.0)
    }
}

#[test]
fn what_is_not_equal_to_itself_owns_nothing() {
    let (mut head, ()) = http::Request::new(()).into_parts();
    head.extensions.insert(Serial(f64::NAN));
    let policy = owner(|access: &Access<'_, Robot>| access.extension::<Serial>().cloned());
    let robot = Robot(Serial(f64::NAN));
    let step = policy.decide(&Access::new(Some(&robot), &head));
    denies(crate::support::waiting::block_on(step.wait()));
}

#[test]
fn what_waits_is_shown_the_extensions_too() {
    let policy = check_with((), async |(), view: View<Member>| {
        let owner = view.extension::<Document>().and_then(|there| there.owner);
        view.principal().and_then(|member| member.id) == owner && owner.is_some()
    });
    let policy = authenticated().and(policy).boxed();
    let member = Member::with(&[]);
    assert!(matches!(
        decide(&policy, Some(&member), MINE),
        Decision::Allow
    ));
    denies(decide(&policy, Some(&member), THEIRS));
    denies(decide(&policy, Some(&member), Unknown));
}
