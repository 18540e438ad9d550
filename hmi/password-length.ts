/** Length of a password in characters; the page says the same before the server does. */
export const shortestPassword = 10;
export const longestPassword = 128;
