/** How Azure storage is reached: whose account, by which HTTP client, within which bounds. */
package io.deltamirror.core.azure;
