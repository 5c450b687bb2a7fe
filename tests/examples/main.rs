//! The examples, each started and asked over loopback.

mod accounts;
mod address_rules;
mod client;
mod concealed;
mod cors;
mod demo;
mod guarded_router;
mod handler_denials;
mod hidden_documents;
mod jwks_rotation;
mod jwt_api;
mod mcp_resource_server;
mod per_route;
mod printed;
mod running;
mod small;
mod start;
