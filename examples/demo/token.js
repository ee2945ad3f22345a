// SPDX-License-Identifier: Apache-2.0
// Asks for a token if the server requires one.
import { by_id } from "./page.js";

/// Owns: the form, and this tab's token; a link may set it: /?token=... Ends: with the page.
export class Token {
  constructor() {
    this.is_asking = false;
    const address = new URL(location.href);
    const given = address.searchParams.get("token");
    if (given) {
      sessionStorage.setItem("token", given);
      address.searchParams.delete("token"); // so that a shared address has no token
      history.replaceState(null, "", address);
    }
    by_id("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem("token", by_id("token").value.trim());
      location.reload();
    });
  }

  join_params() {
    const token = sessionStorage.getItem("token");
    return token ? { token } : {};
  }

  /// Shows the form after a refused join, if another token can help. Returns whether it can.
  ask_after(reason) {
    const can_help = reason === "unauthorized" || reason === "token expired";
    if (can_help) sessionStorage.removeItem("token");
    this.is_asking = can_help;
    by_id("token-form").hidden = !can_help;
    by_id("form").hidden = can_help;
    if (can_help) by_id("token").focus();
    return can_help;
  }
}
