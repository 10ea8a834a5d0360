/** Puts a load on a server: when each request is sent, and when its answer comes. */
package io.prumerge.load.generate;
