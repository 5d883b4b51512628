// Accounts: registering, changing the password, being signed out somewhere else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, signIn } from "./browser.mjs";

const USER = `newcomer-${process.pid}`;
const FIRST_PASSWORD = "a-long-first-password-1";
const SECOND_PASSWORD = "a-long-second-password-2";

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = browser.page;
});
after(() => browser.close());

async function fillRegistration(username, password, again = password) {
  await page.goto("/register");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("E-mail").fill(`${username}@example.com`);
  await page.getByLabel("Password", { exact: false }).first().fill(password);
  await page.getByLabel("Password again").fill(again);
  await page.getByRole("button", { name: "Create account" }).click();
}

test("what is wrong with a registration is said beside the field", async () => {
  await fillRegistration("abc", "short", "other");
  for (const text of ["5 to 150 letters", "At least 8 characters", "The passwords differ"]) {
    await page.getByText(text).waitFor();
  }
});

test("a new account is signed in at once", async () => {
  await fillRegistration(USER, FIRST_PASSWORD);
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  await page.getByText("No tasks yet").waitFor();
});

test("a name that is taken is refused beside its field", async () => {
  await page.getByRole("button", { name: `Account of ${USER}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await fillRegistration(USER, FIRST_PASSWORD);
  await page.getByText("A user with that username already exists").waitFor();
  assert.equal(await page.getByLabel("Username").getAttribute("aria-invalid"), "true");
});

test("the password can be changed, and only with the old one", async () => {
  await signIn(page, USER, FIRST_PASSWORD);
  await page.getByRole("button", { name: `Account of ${USER}` }).click();
  await page.getByRole("menuitem", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByLabel("New password").fill(SECOND_PASSWORD);
  await dialog.getByLabel("Password again").fill(SECOND_PASSWORD);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await dialog.getByText("Your old password was entered incorrectly").waitFor();
  await dialog.getByLabel("Current password").fill(FIRST_PASSWORD);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed").waitFor();
});

test("a wrong password is refused in the reader's own language", async () => {
  await page.goto("/sign-in");
  await page.getByText("Русский", { exact: true }).click();
  await page.getByLabel("Имя пользователя").fill("nobody-at-all");
  await page.getByLabel("Пароль", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Войти" }).click();
  await page.getByRole("alert").getByText("Неверное имя пользователя или пароль").waitFor();
  await page.getByText("English", { exact: true }).click();
});

test("whose session has ended signs in again and is back where they were", async () => {
  await page.context().clearCookies();
  await page.goto("/jobs?stage=annotation");
  await page.getByLabel("Username").fill(USER);
  await page.getByLabel("Password", { exact: true }).fill(SECOND_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/jobs?stage=annotation");
});

test("a session that ends while a page is open leads to signing in and back to that page", async () => {
  await page.goto("/projects");
  await page.getByText("No projects yet").waitFor();
  await page.context().clearCookies();
  await page.getByLabel("Search").fill("street");
  await page.getByLabel("Username").fill(USER);
  await page.getByLabel("Password", { exact: true }).fill(SECOND_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/projects?search=street");
  await page.getByText("Nothing found").waitFor();
});
