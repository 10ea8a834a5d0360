/** Our own tables, folders and JSON documents, on any Hadoop file system. */
package io.prumerge.store;
