from apps.enterprises.queries import organisations_of


def test_people_hold_the_posts_and_memberships_their_names_say(people, organisations):
    assert people.clerk.is_official
    assert not people.system_admin.is_official
    assert people.system_admin.is_administrator
    assert people.district_clerk.district.name_zh == "定海区"
    assert people.other_district_clerk.district.name_zh == "普陀区"
    assert [*organisations_of(people.filer)] == [organisations.enterprise]
    assert [*organisations_of(people.banker)] == [organisations.bank]
    assert not organisations_of(people.clerk).exists()
    assert people.filer.check_password("Correct horse battery 9 staple")
