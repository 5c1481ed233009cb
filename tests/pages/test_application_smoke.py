def test_smoke(cast, session, enter):
    c = enter(cast.amina)
    r = c.get("/en/my/application/")
    print(r.status_code, r.text[:300])
    assert r.status_code == 200
    r = c.post("/en/my/application/start")
    assert r.status_code == 303
    for q in [
        "language",
        "name",
        "birth",
        "person",
        "contact",
        "status",
        "precept",
        "country",
        "company",
        "papers",
        "needs",
        "ideas",
        "decision",
        "consents",
        "check",
    ]:
        r = c.get(f"/en/my/application/{q}")
        assert r.status_code == 200, (q, r.text)
