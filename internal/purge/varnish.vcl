vcl 4.1;

# Varnish 7 in front of Byline. Copy this file, set the backend and who may purge,
# and start Varnish with
#
#     varnishd -f varnish.vcl -a :6081 -s malloc,256m -p http_gzip_support=off
#
# http_gzip_support=off leaves what Byline has compressed, br and gzip, and its
# entity tags as they are. vmod_xkey is in the package varnish-modules.
#
# Byline is told of this cache with --purge-varnish http://THIS-MACHINE:6081.

import std;
import xkey;

backend byline {
    .host = "127.0.0.1";
    .port = "8080";
}

# Who may purge: the machines on which Byline runs, and your own.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # Drop what has one of the keys, in every encoding and for every query:
    #
    #     curl -X PURGE -H 'Xkey-Purge: article' http://127.0.0.1:6081/
    #
    # The keys of an address: curl -sI http://127.0.0.1:8080/articles | grep Surrogate
    if (req.method == "PURGE") {
        unset req.http.Xkey-Purged;
        if (client.ip !~ purgers) {
            return (synth(403, "Forbidden"));
        }
        # With a secret, too (--purge-secret-file): leave the ACL as wide as needed.
        # if (req.http.Authorization != "Bearer CHANGE-ME") {
        #     return (synth(403, "Forbidden"));
        # }
        if (!req.http.Xkey-Purge) {
            return (synth(400, "Name the keys in Xkey-Purge"));
        }
        set req.http.Xkey-Purged = xkey.purge(req.http.Xkey-Purge);
        return (synth(200, "Purged"));
    }

    # Previews, the webhook and whether Byline is ready are for Byline alone.
    if (req.url ~ "^/-/" || req.url == "/healthz" || req.url == "/readyz") {
        return (pass);
    }

    # Byline sets no cookie and reads none. With one, Varnish would keep nothing.
    unset req.http.Cookie;

    # One copy of each encoding, whatever words browsers ask for it in.
    if (req.http.Accept-Encoding ~ "(?i)(^|[ ,])br(?!\s*;\s*q=0(\.0*)?\s*(,|$))\s*(;|,|$)") {
        set req.http.Accept-Encoding = "br";
    } else if (req.http.Accept-Encoding ~ "(?i)(^|[ ,])gzip(?!\s*;\s*q=0(\.0*)?\s*(,|$))\s*(;|,|$)") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
}

sub vcl_backend_response {
    # A fault must not take the place of the page that is shown meanwhile.
    if (beresp.status >= 500 && bereq.is_bgfetch) {
        return (abandon);
    }

    # vmod_xkey files an answer under the keys in the field xkey.
    if (beresp.http.Surrogate-Key) {
        set beresp.http.xkey = beresp.http.Surrogate-Key;
    }

    # CDN-Cache-Control (RFC 9213) is for caches like this one; Varnish does not
    # read it by itself. Cache-Control, which says no-cache, is for browsers.
    if (beresp.http.CDN-Cache-Control) {
        set beresp.ttl = 0s;
        set beresp.grace = 0s;
        if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])max-age=[0-9]+") {
            set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*\bmax-age=([0-9]+).*$", "\1s"), 0s);
        }
        # Shown for that long while Byline is asked again.
        if (beresp.http.CDN-Cache-Control ~ "(^|[ ,])stale-while-revalidate=[0-9]+") {
            set beresp.grace = std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*\bstale-while-revalidate=([0-9]+).*$", "\1s"), 0s);
        }
        # Kept for that long to ask "is it still this one?", which costs no body.
        set beresp.keep = 1d;
        return (deliver);
    }

    # All else by Cache-Control, as Varnish does it: what never changes under its
    # name is kept, redirects and what says that there is nothing are not.
}

sub vcl_deliver {
    # For this cache alone. One behind it that nobody purges sees only no-cache.
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.X-Request-Id; # of whoever asked first
}

sub vcl_synth {
    if (req.method == "PURGE") {
        if (req.http.Xkey-Purged) {
            set resp.http.Xkey-Purged = req.http.Xkey-Purged;
        }
        set resp.body = resp.reason;
        return (deliver);
    }
}
