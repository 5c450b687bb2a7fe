//! The guide as a page.

use super::{
    accounts::PEOPLE,
    guide::{COLUMNS, Route, Try, columns},
    tries::ROUTES,
};

/// The page, for a service that can be reached at `base`.
pub(crate) fn html(base: &str) -> String {
    let routes: String = ROUTES.iter().map(|route| card(route, base)).collect();
    let head: String = COLUMNS.map(|text| format!("<th>{text}")).concat();
    let people: String = PEOPLE.iter().map(|person| row(columns(person))).collect();
    include_str!("page.html")
        .replace("{{routes}}", &routes)
        .replace("{{columns}}", &head)
        .replace("{{people}}", &people)
}

fn card(route: &Route, base: &str) -> String {
    let tries: String = route.tries.iter().map(|one| item(one, base)).collect();
    format!(
        "<section class=\"card route\">\n\
         <div><h3><code>{}</code></h3><p class=\"who\">{}</p><p class=\"note\">{}</p></div>\n\
         <ul class=\"tries\">\n{tries}</ul>\n</section>\n",
        name(route),
        escape(route.who),
        escape(route.note),
    )
}

/// The route's name, as a link where a browser can follow it.
fn name(route: &Route) -> String {
    let name = escape(route.name);
    match route.name.strip_prefix("GET ") {
        Some(path) if !path.contains('{') => format!("<a href=\"{path}\">{name}</a>"),
        _ => name,
    }
}

fn item(one: &Try, base: &str) -> String {
    let status = one.0;
    let class = match status {
        200..300 => String::from("s2"),
        _ => format!("s{status}"),
    };
    let curl = escape(&one.curl(base));
    format!("<li><b class=\"{class}\">{status}</b> <code>{curl}</code></li>\n")
}

fn row(cells: [String; 6]) -> String {
    let cells = cells.map(|text| format!("<td><code>{}</code>", escape(&text)));
    format!("<tr>{}\n", cells.concat())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
