try{const{theme:t,elder:e}=localStorage,d=document.documentElement;if(t)d.dataset.theme=t;if(e)d.dataset.elder='';if(location.search)d.dataset.asked=''}catch{}
