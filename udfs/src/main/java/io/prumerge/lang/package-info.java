/**
 * What Java's own library lacks: texts in one locale, optional values. It uses no other package.
 */
package io.prumerge.lang;
