/** Paths and URLs that users and tables name, what of them others may see, and faults in words. */
package io.prumerge.location;
