/** Markers for readers of the code; nothing reads them when it runs. It uses no other package. */
package io.prumerge.annotation;
