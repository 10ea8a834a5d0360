/** Paths and URLs that users and tables name, and what of them others may see. */
package io.prumerge.location;
