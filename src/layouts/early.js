try{const{theme:t,elder:e,home:h}=localStorage,d=document.documentElement;if(t)d.dataset.theme=t;if(e)d.dataset.elder='';if(h)d.dataset.home=h;if(location.search)d.dataset.asked=''}catch{}
