//! The guide as a page.

use super::{
    accounts::PEOPLE,
    guide::{COLUMNS, Here, Route, Try, columns},
    tries::ROUTES,
};

/// The page.
pub(crate) fn html(here: &Here) -> String {
    let routes: String = ROUTES.iter().map(|route| card(route, here)).collect();
    let head: String = COLUMNS.map(|text| format!("<th>{text}")).concat();
    let people: String = PEOPLE.iter().map(|person| row(columns(person))).collect();
    include_str!("page.html")
        .replace("{{routes}}", &routes)
        .replace("{{columns}}", &head)
        .replace("{{people}}", &people)
}

fn card(route: &Route, here: &Here) -> String {
    let tries: String = route.tries.iter().map(|one| item(one, here)).collect();
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

fn item(one: &Try, here: &Here) -> String {
    let status = one.0;
    let class = match status {
        200..300 => String::from("s2"),
        _ => format!("s{status}"),
    };
    let curl = escape(&one.curl(here));
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
